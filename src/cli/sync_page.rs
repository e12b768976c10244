//! The manual pages of syncing and of the bundle's format.

use crate::model::message::KINDS;

/// What `xueji explain sync` prints.
pub fn page() -> String {
    let kinds: String = KINDS.iter().map(|k| format!("  {}（{}）  {}\n", k.name, k.key, k.what)).collect();
    format!("{PAGE}\n来信的种类\n{kinds}")
}

const PAGE: &str = "\
上报（sync）

是什么
  每个单位一个学籍库，各记各的流水，一个单位的流水只由它自己写。上报就是把流水原样交给上级：每一条都带着封签，
  和前一条相接；上级按“来源单位、序号”收存，收过的不重复，缺了的不收，改了的看得出。下级的流水由市级转给省级时
  一字不动，仍带着县里自己的签名。

第一次（每个单位一次）
  1  xueji sync key new                      生成密钥（学籍库文件名加 -key，只有本人可读）；另存备份，不要发送
  2  xueji sync key card -o 某县.名片         把名片交给上级；上级的名片也要来
  3  xueji sync office add 某市.名片          显示对方的指纹：当面或打电话逐组核对
     xueji sync office add 某市.名片 --fingerprint 指纹
  两边都登记了对方，就可以往来。上级用 xueji init --level city（或 province）建库，用法相同。

每次上报（U 盘、共享文件夹、单向网闸）
  县  xueji sync bundle --to 某市教育局 -o 上报.xjb      对方还没有收到的流水和材料
  市  xueji sync receive 上报.xjb -o 回执.xjb            全收或全不收；回执说明收到哪里、收没收、为什么
  县  xueji sync receive 回执.xjb                        下次从这里接着报
  xueji sync status                                      各单位收到哪里、待报多少、什么被拒和为什么（有待办的退出码 1）

  没有回执也能继续：下一个数据包会连同没有回执的部分一起再发。同一个文件收两次、先做的后到、中间丢了一个，都不要紧。
  市级给省级的数据包里，有市级自己的流水，也有从各县收到的（收在学籍库文件里的；市级用 PostgreSQL
  收的，加 --with-upstream）。

连线（上级有 PostgreSQL 的）
  上级  xueji upstream init                     建表，一次；上级自己的密钥、往来单位仍在它的学籍库里（--db）
  县    xueji sync push                         推送还没有报的；断了再运行一次，接着发；已推送待收的不重复发
  上级  xueji upstream receive [--jobs 个数]    定时运行：收下待收的数据包，放回回执；也可以给出数据包文件
  县    xueji sync pull                         取回执
  上级  xueji upstream status                   各单位收到哪里、学生多少、待收和被拒的
  上级  xueji upstream dedup [--new]            跨单位查重：列出两个单位都有的疑似同一学生，由双方按问题学籍核实
  上级  xueji upstream confirm [--assign]      确认学籍号：L 换为 G（或 J），各单位没有相同的号码和学生的才确认
  上级  xueji upstream conflict list           冲突：两个单位都有的学籍、都报的学校、对方办不成的来信，各办到哪里
  上级  xueji upstream conflict raise [编号]   通知双方核实：两边都按问题学籍（跨单位重复学籍）受理，编号相同
  上级  xueji upstream conflict decide 编号 --one keep --other remove --reason 理由 --evidence 材料    裁决，由两县各自执行
  上级  xueji upstream route                   转办跨单位的转学，列出在办的、轮到谁、期限；定时在 receive 之后运行
  上级  xueji upstream export headcount [--as-of 日期]    各单位的统计表和合计，与各单位自己的一致
  地址写在环境变量 XUEJI_UPSTREAM 或 --url（不带密码），密码用 PGPASSWORD 或 --password-file。推送的也是加密签名的数据包，
  只有收件单位的密钥能打开。不加密的连接只许连本机；连别的机器请用隧道。任何一步断电、重启都可以再运行一次（退出码 7 是连不上）。

上级一台机器不够的
  xueji upstream init --engine citus            Citus：按来源单位分布各表（没有在真的集群上试过）
  xueji upstream init --engine postgres-fdw     PostgreSQL 自带的 postgres_fdw：各行都在节点上，所连的数据库里没有
  先在每个节点运行 upstream init --engine postgres-node；再由数据库管理员在所连的数据库里 CREATE EXTENSION postgres_fdw，
  给每个节点 CREATE SERVER（fetch_size、batch_size 写几千）和 CREATE USER MAPPING；最后 upstream init --engine postgres-fdw。
  每条语句或者只问一个节点，或者各节点各答各的。节点之间不一起提交：断在中间的，再运行一次，结果一样。以后不能直接增加节点。

来信和去信（sync message）
  上级给下级写信，随给它的下一个数据包（sync bundle，或 upstream receive 放进数据库、县里 sync pull 取）送到；编号连续、
  逐封加封签，收到的按次序记入本库的流水，重复收到只算一次，缺了的不收。要改动学籍的信，收到时就办，办的是一批，可以
  撤销；办不成的写明原因，改好后 xueji sync message apply 再办。县里给上级的信是流水里的一条，随流水上报，上级在同一处
  看得到信是否收到、办成没有。办成又撤销了的，apply 不再办。
  xueji sync message send [--to 某县] --text 文字     写通知；不写 --to 的给上级
  xueji sync message list                            来信去信，待办的在前（xueji sync status 里也有）

两个单位都有的（冲突怎么办）
  一个单位的流水只有它自己写，流水之间不会冲突；冲突在于两个单位各有同一个学生或学校：
  身份信息（姓名、性别、出生日期、证件、学籍号）不同或重复   一律作为问题学籍由双方核实、上级裁决，不以后报的为准
  学校、班级（在哪里就读）                                   跟着转学的步骤走：调档以前在原校，以后在新校
  学校表等其他内容                                           以学校的主管部门所报为准
  都列在 xueji upstream conflict list 里，没有一样是悄悄处理的。

跨单位的转学
  转入方  xueji transfer start --in --roster 一人.csv --other-school 转出学校（标识码或名称） --other-authority 主管部门 …
  照常上报；转入主管部门同意以后，上级 upstream route 把申请转给转出方，转出方的库里出现同一编号的转出申请；转出学校、
  转出主管部门同意、退回、驳回，再由上级转回。每一方自收到之日起 10 个工作日，各记各的到达日期，xueji transfer overdue
  列出超期的。转入学校调档后，转出方收到信时以调档之日为转出之日：学生没有一天两处都在，也没有一天两处都不在；收到以前，
  上级不算重复学籍，人数合计注明在途几人。学籍号对不上、转出方依规定不能受理的，退回转入方并写明原因。

拒收的原因（退出码 5 文件不能用，4 不予接收；什么都不写入）
  not-a-bundle truncated altered newer-version unknown-profile not-our-key   文件本身不能用
  wrong-recipient unknown-sender revoked-sender unknown-origin revoked-origin checkpoint-invalid   单位不对
  gap           中间缺一段：把回执交给对方，对方下一个数据包从缺的地方补起
  fork          同一个序号有两种内容：多半是一方从备份恢复过，见下
  broken-chain malformed attachment-missing   对方的库要先查：xueji audit verify
  never-made never-sent   回执不是给本库的，或本库从备份恢复过
  blind-secret-differs not-asked other-door   盲报的，见 xueji explain sync-privacy
  own-entries   上级把本库缺的流水还回来了：用 --restore 接回

从备份恢复
  学籍库从备份恢复后，比上级收到的少一段。这时接着办业务，新的流水就与上级已收到的同号不同内容（fork），上级不再收。
  恢复以后、办理业务以前：
  1  上级  xueji sync bundle --to 某县 --give-back -o 归还.xjb       用 PostgreSQL 收的加 --with-upstream
  2  县    xueji sync receive 归还.xjb --restore          缺的流水逐条接回，与当初一样，再照常上报
  已经办了业务的：先用 xueji audit log 抄下恢复后办的，再恢复一次备份，按上面两步接回，然后重新办理这些业务。
  不会有哪一边的记录被悄悄盖掉。密钥文件也丢了的：xueji sync key new，把新名片交上级重新登记，再做上面两步。

换密钥、停用
  换密钥：移走旧的密钥文件，xueji sync key new，把新名片交给各单位核对指纹后重新登记。
  停用：xueji sync office revoke 单位 --reason 理由；已收的不动，以后的不收。登记和停用都是一批，可以撤销。

保密
  数据包先压缩再加密，只有收件单位的密钥能打开；签名覆盖整个文件，改动、截短一个字节都收不了。信封上看得见的只有
  双方的来源单位编号。每一级看得到什么、不报流水只报比较键摘要的盲报，见 xueji explain sync-privacy。密钥不在学籍库里，拷走学籍库的人不能冒充本单位，也打不开发给本单位的数据包。
  现在的加密签名方式：age（X25519、ChaCha20-Poly1305）、Ed25519、BLAKE3。国密（SM2、SM3、SM4）留有位置而没有做：
  现成的库未经审计，也没有现成的流式信封；有合规要求的，应接经认证的密码模块。
";

/// What `xueji explain bundle` prints.
pub const FORMAT: &str = "\
数据包的格式，第 1 版（冻结；以后的版本另编号，旧的照收）

所有数字高位在前。回执就是没有流水的数据包。

信封（明文）
  魔数      8 字节    XUEJIBDL
  版本      2         1；更高的拒收（newer-version）
  方式      1         1 = age（X25519、ChaCha20-Poly1305）、Ed25519、BLAKE3；2 留给 SM2、SM3、SM4
  种类      1         1 数据包，2 回执，3 盲报，4 盲报密钥（只在同级单位之间）
  发送、收件单位      各为长度（1 字节）和来源单位编号（ASCII）
  各帧                长度（4，至多 65536）和密文；长度 0 结束
  签名                长度（2）和发送单位的签名：签的是 “xueji bundle 1\\n” 加前面全部字节的摘要

密文解开后是 deflate（RFC 1951）压缩的记录。每条记录：标记（1）、长度（4，至多 64 MiB）、各项。
文字是长度（4）和 UTF-8；序号 8 字节；封签、摘要 32 字节；可以没有的先写 0 或 1。次序固定：
  1 头      发送单位、收件单位（与信封一致）
  2 答复    数据包的摘要、是否收下、原因名称、说明（只在回执里）
  3 持有    来源单位、序号、封签：发送方收存的那个流水到了哪里
  4 段      来源单位、从哪一条（序号、封签）之后开始；来信的段写“写信单位>收信单位”
  5 批      批号、种类、名称、业务日期、时间、经办人、计数、撤销的批
  6 条目    序号、时间、业务日期、经办人、变动、学生、批号、内容、封签
  7 签署    序号、封签、来源单位自己的签名：“xueji checkpoint 1\\n”、来源单位、\\n、序号、\\n、封签；一段到此为止
  8 材料    摘要（BLAKE3）、内容
  9 尾      前面有几条记录、前面全部内容的 BLAKE3 摘要
盲报里只有头、尾和下面的一种，没有流水：
  10 盲报   学期、密钥指纹；后面每名学生一条 11
  11 键     代号（16 字节）、几个键（2）、每个键的种类（2）和键控摘要（16）；按代号排列
  12 交出   这一对的编号、代号、比较项目（JSON 对象）
  13 密钥   学期、密钥（32 字节）；只在第 4 种

来信是流水：写信单位给每个收信单位各有一份，名字是“写信单位>收信单位”，条目的“变动”是信的种类，“批号”是 0，“内容”是
文字的 JSON 对象；签署是写信单位的。向上的信不另成段，就在本单位的流水里（message 表，收信单位空着）。
尾里的摘要就是数据包的名字。内容里没有时钟，也没有随机数，同样的流水做出的内容逐字节相同，摘要也相同；
文件本身每次不同，因为加密每次用新的密钥。
盲报的键 = 以学期密钥导出的子密钥对“种类、比较键”（各 8 字节，高位在前）的 BLAKE3 键控摘要的前 16 字节；代号是对“来源单位、
\n、学生内部编号”的；子密钥 = 以密钥对“xueji blind 1\n、用途（key、handle、fingerprint）\n、学期\n”的 BLAKE3 键控摘要。
条目的封签 = BLAKE3（前一条的封签，再加来源单位、序号、时间、业务日期、经办人、变动、学生、批号、内容，
各先写 8 字节低位在前的长度）。收件方边读边核对：条目相接，签署与最后一条相符，签名是来源单位自己的。
";

//! The pages of `xueji explain dedup` and `xueji explain cron`: the duplicate check by hand, and at night.

/// What the duplicate check does, and what is to be done with what it finds.
pub const DEDUP: &str = "\
查重

  1 查      xueji dedup                   全库查；按两条官方规则和各项信息的相似程度，列出疑似重复的，不作合并
            xueji dedup --roster 花名册   导入以前先查；import 的预览里也有
  2 看      xueji dedup list              待核实的；编号是八个字符
            xueji dedup show 编号         逐项依据：哪一项相同、相近、不同，各占多少分，合计就是得分
            xueji dedup show 编号 --reveal --purpose 用途     两人并排，没有遮盖（记入导出台账）
  3 定      xueji dedup decide 编号 different --reason 依据    不是同一个孩子：这一对不再列出，不再暂缓核准
            xueji dedup decide 编号 same --reason 依据         是同一个孩子：后一个学籍不能核准，要按问题学籍办
  4 办      xueji dispute open --suspect 编号 --reason 怎样核实的   见 xueji explain dispute
  写错了    xueji batch undo 批次         结论、决定都可以原样撤销

得分：+7.00 以上多半是同一个孩子（99.2%），-2.00 以下不列。双胞胎、兄弟姐妹同住址、同监护人不算依据。
姓名只差一字、又没有号码可比的：这个字没有人用作名字（婷写成停）多半是笔误，常用作名字（雪和雷）可能是双胞胎。
号码损坏的不作依据。要让出结论的是人：核对户口簿、身份证原件和在校情况。

待核实的一对，两人中后建的学籍暂缓核准；approve --explain 不能代替结论。

退出码：xueji dedup、dedup list 有待核实的为 1，没有为 0；加 -q 或 --new 只看新发现的，没有新的为 0（用于每夜自动
查重，见 xueji explain cron）。
";

/// How to have the duplicate check run at night.
pub const PAGE: &str = "\
每夜自动查重

xueji dedup -q 没有新的疑似重复时什么也不写，退出码 0；有新的，退出码 1，已列入清单。
--summary 文件 另写一页小结：新发现的（遮盖）、待核实的对数、下一步。其他退出码是没有查成，见 xueji explain exit-codes。
同一学籍库同时只有一个查重：前一个没有结束，后一个立即以退出码 6 结束。中途断电或被终止，清单不会只写一半：
全部列入在一次事务里，下次从头再查，结果相同。

cron（crontab -e）：有新的就把小结寄给经办人；没有查成的，cron 自己会把错误寄出。

0 2 * * * xueji dedup -q --db /srv/xueji/xueji.db --actor cron --summary /srv/xueji/dedup.txt; [ $? -ne 1 ] || mail -s 查重 registrar@example.org < /srv/xueji/dedup.txt

systemd：两个文件放在 /etc/systemd/system，再 systemctl enable --now xueji-dedup.timer

# xueji-dedup.service
[Unit]
Description=xueji dedup
[Service]
Type=oneshot
User=xueji
ExecStart=/usr/bin/xueji dedup -q --db /srv/xueji/xueji.db --actor systemd --summary /srv/xueji/dedup.txt
# 有新的疑似重复（1）不是故障
SuccessExitStatus=1
Nice=10

# xueji-dedup.timer
[Unit]
Description=xueji dedup, every night
[Timer]
OnCalendar=*-*-* 02:00:00
Persistent=true
[Install]
WantedBy=timers.target

关机错过的一次，开机后补做（Persistent）。systemctl list-timers 看下一次，journalctl -u xueji-dedup 看上一次。
";

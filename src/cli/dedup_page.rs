//! The page of `xueji explain cron`: the duplicate check at night, by cron and by systemd.

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

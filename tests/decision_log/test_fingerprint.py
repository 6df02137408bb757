from dataclasses import replace

from sot.decision_log import changed, fingerprint, fingerprints
from tests.decision_log.making import decision, key, records

NAMES = ["a", "b"]


def table(raw="Acme Inc.", normal="acme", balance="1"):
    return records(NAMES, name=[raw, "Bolt"], n_name=[normal, "bolt"], balance=[balance, None])


def decided(on=None):
    one = decision("1", "same", *NAMES)
    return replace(
        one, evidence=fingerprint(one.records, fingerprints(table() if on is None else on, one.records))
    )


def test_a_change_in_what_matters_reopens():
    assert changed([decided()], table("Umbrella", "umbrella")) == [decided()]


def test_money_and_spelling_and_a_new_normaliser_do_not_reopen():
    assert changed([decided()], table(balance="99")) == []
    assert changed([decided()], table(raw="ACME, Incorporated")) == []
    assert changed([decided()], table(raw="ACME INC", normal="acme of the new release")) == []


def test_a_record_that_left_does_not_reopen():
    assert changed([decided()], table().filter(~(table()["record_id"] == "b"))) == []


def test_the_fingerprint_does_not_depend_on_the_order_of_records():
    known = fingerprints(table(), [key("a"), key("b")])
    assert fingerprint([key("a"), key("b")], known) == fingerprint([key("b"), key("a")], known)
    assert fingerprint([key("a"), key("z")], known) is None

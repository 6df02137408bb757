"""Payers in kana are customers by how lists read their names; what is read like several customers is nobody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.read.reading import read

BANK = "日付,お取引内容,お支払金額,お預り金額,残高\n" + "".join(
    f"2026/01/{day:02},振込 {payer},,{amount},{1_000_000 + amount}\n"
    for day, payer, amount in (
        (8, "ｶ)ｱｵｲｼﾖｳｼﾞ", 110_000),
        (9, "ﾐﾄﾞﾘｼﾖｸﾋﾝ(ｶ", 55_000),
        (13, "ﾔﾏﾓﾄ ｾｲｻｸｼﾞﾖ", 33_000),
        (14, "ﾔﾏﾓﾄ ｾｲｻｸｼﾞﾖ", 44_000),
    )
)
ONE = (
    "得意先コード,得意先名,フリガナ,電話番号\nT001,株式会社青井商事,アオイショウジ,03-1234-5678\n"
    "T002,みどり食品株式会社,ミドリショクヒン,06-1234-5678\nT003,山本製作所,ヤマモトセイサクジョ,048-123-4567\n"
)


@pytest.mark.parametrize(
    ("other", "customer"),
    [("山本製作所", "山本製作所"), ("株式会社山本製作所", "山本製作所"), ("山元製作所", "")],
)
def test_a_reading_that_lists_give_to_several_customers_is_nobodys(
    tmp_path: Path, other: str, customer: str
) -> None:
    (tmp_path / "入出金明細.csv").write_text(BANK, encoding="utf-8-sig")
    (tmp_path / "得意先.csv").write_text(ONE, encoding="utf-8-sig")
    (tmp_path / "顧客一覧.csv").write_text(
        f"顧客番号,会社名,カナ,住所\nK9,{other},ヤマモトセイサクジョ,東京都港区1-2-3\nK10,株式会社北川,キタガワ,大阪市北区2-3\n",
        encoding="utf-8-sig",
    )
    paid = {
        int(amount): name
        for amount, name in read(tmp_path)
        .documents.filter(object="payment")
        .select("amount_value", "account_name")
        .rows()
    }
    assert paid[110_000] == "株式会社青井商事"
    for amount in (33_000, 44_000):
        assert (paid[amount] or "").removeprefix("株式会社") == customer

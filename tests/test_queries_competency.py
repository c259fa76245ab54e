"""Competency questions: the saved queries answer what an analyst asks, as the report has it."""

from functools import cache
from pathlib import Path

import pytest
from checked import curated_facts, spoilt_facts

from queries import competency, saved
from queries.competency import Answer, BadQuestion

QUESTIONS = {question.id: question for question in competency.questions()}


@cache
def spoilt() -> dict[str, Answer]:
    return {answer.question.id: answer for answer in competency.run(spoilt_facts()) if answer.problems}


def problems(id_: str) -> str:
    return "\n".join(spoilt()[id_].problems)


@pytest.mark.parametrize("id_", [id_ for id_, question in QUESTIONS.items() if not question.needs])
def test_question_is_answered_as_the_report_has_it(id_: str) -> None:
    assert competency.ask(QUESTIONS[id_], curated_facts()).problems == ()


def test_there_are_enough_questions() -> None:
    assert len(QUESTIONS) >= 70
    assert sum(question.only for question in QUESTIONS.values()) >= 20


def test_every_saved_query_answers_a_question_and_names_it() -> None:
    answers = {id_: slug for slug, query in saved.catalogue().items() for id_ in query.answers}
    assert answers == {question.id: question.query for question in QUESTIONS.values()}


def test_a_question_needs_the_records_that_its_query_needs() -> None:
    assert [q.id for q in QUESTIONS.values() if q.needs != saved.find(q.query).needs] == []


def test_no_two_questions_are_the_same() -> None:
    asked = [(question.query, str(question.parameters)) for question in QUESTIONS.values()]
    assert len({question.question for question in QUESTIONS.values()}) == len(QUESTIONS)
    assert len(set(asked)) == len(asked)


def test_questions_are_sentences_with_a_question_mark() -> None:
    assert [q.id for q in QUESTIONS.values() if not q.question.endswith("?") or not q.question[0].isupper()] == []


def test_a_figure_that_was_changed_is_named_with_what_stands_there_now() -> None:
    assert (
        "no row with memberLabel Huawei, chineseEntity TRUE, workItems 274; the nearest has workItems 275"
        in problems("CQ-03")
    )
    assert "(observation/itu-t-supported-work-items-huawei-table-4)" in problems("CQ-03")


def test_a_date_that_was_changed_is_named_with_what_stands_there_now() -> None:
    assert "start 2015-10, end 2016-10; the nearest has start 2015-11" in problems("CQ-07")
    assert "(participation/yuan-yuan-convenor-jtc1-wg11)" in problems("CQ-07")


def test_a_footnote_that_was_changed_is_named_with_what_stands_there_now() -> None:
    assert "participation/heng-qian-convenor-jtc1-wg11 does not rest on section" in problems("CQ-07")
    assert "Table 8; note 206" in problems("CQ-07")
    assert "no row with kind participation, claim participation/heng-qian-convenor-jtc1-wg11" in problems("CQ-25")


def test_a_row_too_many_is_named_where_the_answer_is_exactly_those_rows() -> None:
    question = competency.Question("CQ-0", "Who?", "table-3-itu-t-members", {}, (), True)
    answer = competency.ask(question, curated_facts())
    assert answer.count == 2
    assert "a row that is not expected: country country/cn, countryLabel China, total 95" in answer.problems[0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('- {id: CQ-1, question: "Who?", query: listings}', "CQ-1: it has no rows"),
        (
            '- {id: CQ-1, question: "Who?", query: listings, rows: []}',
            "CQ-1: no row is asked for, so that it cannot fail",
        ),
        ("- {id: CQ-1, question: Who?, query: x", "q.yaml is no YAML"),
        ('- {id: CQ-1, question: "Who?", query: listings, rows: [{a: b}], row: 1}', "CQ-1: no such key: row"),
        (
            '- {id: CQ-1, question: "Who?", query: x, rows: [{a: b, evidence: {note: 1}}]}',
            "evidence has notes, section, table",
        ),
    ],
)
def test_a_question_that_cannot_be_used_is_named(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "q.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadQuestion, match=problem):
        competency.questions(tmp_path)


def test_a_column_that_a_query_does_not_have_is_not_taken_for_an_empty_cell() -> None:
    expected = competency.Expected({"noSuchColumn": ""})
    question = competency.Question("CQ-0", "Who?", "listings", {}, (expected,), False)
    assert "noSuchColumn no such column" in competency.ask(question, curated_facts()).problems[0]

"""A result as JUnit XML, which build servers show: a test for each article, and one for each rule of the gate.

XML has no way to write controls, lone surrogates, U+FFFE and U+FFFF, so every text is made visible.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET  # only written, never parsed

from summarise.evals.gate import Verdict
from summarise.evals.result import ArticleResult, Result
from summarise.views.visible import safe


def junit(result: Result, verdict: Verdict | None = None) -> str:
    """An article fails by having no output, a rule of the gate by being broken; missed labels alone fail nothing."""
    suites = ET.Element("testsuites", name="summarise eval")
    _suite(suites, "articles", [_article(article) for article in result.articles], result)
    if verdict is not None:
        _suite(suites, "gate", _gate(verdict), result)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _suite(suites: ET.Element, name: str, cases: Iterable[ET.Element], result: Result) -> None:
    suite = ET.SubElement(suites, "testsuite", name=name)
    properties = ET.SubElement(suite, "properties")
    ET.SubElement(properties, "property", name="signature", value=safe(str(result.signature)))
    suite.extend(cases)
    for count, tag in (("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error")):
        suite.set(count, str(len(suite.findall(tag))))


def _article(article: ArticleResult) -> ET.Element:
    case = ET.Element("testcase", classname="articles", name=safe(article.id))
    failed = [run.failed for run in article.runs if run.failed is not None]
    if failed:
        ET.SubElement(case, "error", message=safe(failed[0]))
    wrong = [
        f"{one.layer} {one.verdict} {one.gold or ''}: {one.reason}"
        for one in article.runs[0].decisions
        if one.verdict in ("missed", "spurious") or (one.verdict == "matched" and any(field.verdict != "correct" for field in one.fields))
    ]
    if wrong:
        ET.SubElement(case, "system-out").text = safe("\n".join(wrong))
    return case


def _gate(verdict: Verdict) -> list[ET.Element]:
    cases = []
    for finding in verdict.findings:
        case = ET.Element("testcase", classname="gate", name=safe(f"{finding.subject}: {finding.reason}"))
        if finding.status == "fail" or (finding.status == "warn" and verdict.strict):
            ET.SubElement(case, "failure", message=safe(finding.reason))
        elif finding.status == "warn":
            ET.SubElement(case, "system-out").text = safe(str(finding))
        cases.append(case)
    return cases

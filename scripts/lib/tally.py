"""What a step counted, and reading the counts of gtest and pytest."""

import re
import xml.etree.ElementTree


class Tally:
    def __init__(self, passed=0, failed=0, skipped=()):
        self.passed, self.failed, self.skipped = passed, failed, list(skipped)
        self.failures = {}  # name to what was said first
        self.flaky = {}

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        return self

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {len(self.skipped)} skipped"


def of_gtest(name, code, output):
    """From gtest's closing lines; a crash before them is one failure."""

    def count(word):
        found = re.search(rf"\[  {word} \] (\d+) tests?", output)
        return int(found[1]) if found else 0

    tally = Tally(count("PASSED "), count("FAILED "))
    tally.skipped = [f"{name}: {one}" for one in sorted(set(re.findall(r"\[  SKIPPED \] (\w+\.\S+)", output)))]
    if code != 0 and not tally.failed:
        tally.failed = 1
    return tally


def of_pytest(code, file):
    """From the JUnit file; without one, or with an error outside the tests, one failure."""
    try:
        cases = list(xml.etree.ElementTree.parse(file).iter("testcase"))
    except (OSError, xml.etree.ElementTree.ParseError):
        return Tally(failed=1)
    tally = Tally()
    for case in cases:
        skipped = case.find("skipped")
        bad = [found for found in (case.find("failure"), case.find("error")) if found is not None]
        if bad:
            tally.failed += 1
            said = (bad[0].get("message") or "").strip().splitlines()
            tally.failures[f"{case.get('classname')}.{case.get('name')}"] = said[0][:300] if said else ""
        elif skipped is not None:
            tally.skipped.append(f"{case.get('name')}: {skipped.get('message')}")
        else:
            tally.passed += 1
    if code not in (0, 1, 5) and not tally.failed:
        tally.failed = 1
    return tally

"""Tests that mostly wait, and share nothing, a few at a time."""
import concurrent.futures
import unittest

AT_ONCE = 5


class SideBySide(unittest.TestSuite):
    """Of test cases without fixtures of their classes."""

    def run(self, result, debug=False):
        tests = list(self)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for test, own in zip(tests, pool.map(self._alone, tests)):
                result.startTest(test)
                result.failures += own.failures
                result.errors += own.errors
                result.skipped += own.skipped
                if own.wasSuccessful() and not own.skipped:
                    result.addSuccess(test)
                result.stopTest(test)
        return result

    @staticmethod
    def _alone(test):
        own = unittest.TestResult()
        test.run(own)
        return own


def suite(tests, kind):
    """`tests`, those of `kind` side by side; for a module's load_tests."""
    def flat(one):
        if isinstance(one, unittest.TestSuite):
            for each in one:
                yield from flat(each)
        else:
            yield one

    apart = list(flat(tests))
    return unittest.TestSuite([
        SideBySide(one for one in apart if isinstance(one, kind)),
        unittest.TestSuite(one for one in apart
                           if not isinstance(one, kind))])

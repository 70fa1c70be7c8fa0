"""Learns the merges of a byte pair encoding: the same from the same words, whatever their order."""

import collections
import itertools

END_OF_WORD = "</w>"


def learn_merges(words, count, fewest=2):
    """At most `count` pairs of symbols, in the order in which they are to be merged.

    words: how often each word occurs; a word's symbols are its characters, the last one with END_OF_WORD. The pair that
    occurs most is merged first, of equals the one that comes first in the alphabet; none that occurs less than `fewest`
    times.
    """
    state = _Pairs(words)
    merges = []
    while len(merges) < count and state.counts:
        pair = min(state.counts, key=lambda pair: (-state.counts[pair], pair))
        if state.counts[pair] < fewest:
            break
        state.merge(pair)
        merges.append(pair)
    return merges


class _Pairs:
    """The words as symbols, with how often each pair of neighbours occurs and in which words."""

    def __init__(self, words):
        self.counts = collections.Counter()
        self._homes = collections.defaultdict(set)
        self._frequencies = dict(words)
        self._symbols = {word: [*word[:-1], word[-1] + END_OF_WORD] for word in self._frequencies}
        for word in self._frequencies:
            self._count(word, 1)

    def merge(self, pair):
        for word in list(self._homes[pair]):
            self._count(word, -1)
            self._symbols[word] = _merged(self._symbols[word], pair)
            self._count(word, 1)

    def _count(self, word, sign):
        symbols = self._symbols[word]
        for pair in itertools.pairwise(symbols):
            self.counts[pair] += sign * self._frequencies[word]
            if sign > 0:
                self._homes[pair].add(word)
            else:
                self._homes[pair].discard(word)
            if not self.counts[pair]:
                del self.counts[pair]


def _merged(symbols, pair):
    result, place = [], 0
    while place < len(symbols):
        if tuple(symbols[place : place + 2]) == pair:
            result.append(pair[0] + pair[1])
            place += 2
        else:
            result.append(symbols[place])
            place += 1
    return result

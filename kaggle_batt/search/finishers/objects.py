"""Finisher "objects": what each object becomes, chosen by a decision list over its features.

For each segmentation, a beam search finds lists of (test, action) that explain all changed cells and in which
each object takes an action that is right for it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, product

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, equal
from kaggle_batt.dsl.extensions.objects.act import acted, chosen, parted
from kaggle_batt.dsl.extensions.objects.scene import Scene, scene_of
from kaggle_batt.dsl.extensions.registry import Table
from kaggle_batt.dsl.extensions.segments import Segmentation
from kaggle_batt.programs.graph import Lit
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.finishers.object_actions import ALL_PLACES, GONE, MOST_SAMPLED, STAY, Demos, Option
from kaggle_batt.search.finishers.object_tests import MOST_EQUAL, ObjectTest, object_tests
from kaggle_batt.search.solutions import Answers, answers_of
from kaggle_batt.search.states import State, state_of

TRIED = (  #: segmentations, likeliest first
    Segmentation.COLOR_8, Segmentation.EACH_COLOR, Segmentation.FILLED_8, Segmentation.WHOLE,
    Segmentation.APART, Segmentation.EMPTY_4, Segmentation.STREWN, Segmentation.DOTTED,
    Segmentation.COLOR_4, Segmentation.COLOR_NEAR, Segmentation.FILLED_4, Segmentation.LINKED,
)  # fmt: skip
STAGED = Segmentation.COLOR_8, Segmentation.COLOR_4, Segmentation.FILLED_8  #: those tried in the stage pass
MOST_OBJECTS, LENGTH, WIDTH, LATER_WIDTH = 400, 3, 60, 18  #: of all demos; rows before the last; of the beam
MOST_LISTS, MOST_ADDED, MOST_ALIKE = 80, 12, 2  #: lists tried, answers for a segmentation, programs of each
MOST_CROSSED = 3  #: segmentations tried with a color of crossings
MOST_DRAFTS, DRAFT_COST = 2, 25  #: incomplete lists that another may follow, their cost in tenths
DRAFT_LENGTH = 1  #: rows of them before the last where the actions can't give a complete list
ACTIONS_SHARE = 88  #: percent of the steps for actions, before the lists of them
DIVISION_SHARE = 60  #: percent of the steps left that a division may use
FIRST_SHARE = 50  #: percent of the steps for one action for all objects, before lists with tests
SINGLE_SHARE = 33  #: percent of the steps left that a division may use for it
LIKELIEST = 14  #: places with which lists are searched before all likely ones
LIKELY_STEPS = 1700  #: about as many for each object of the smallest demo to find likely places
ROW_SHARE = 6  #: the part of the changes, one in so many, that each row of such a list explains


@dataclass(frozen=True, eq=False)
class Partial:
    """A list under construction: objects not taken yet, cells explained, its cost, its rows."""

    rest: int
    explained: int
    cost: int
    rows: tuple[tuple[ObjectTest, Option], ...]


Complete = tuple[Partial, Option]  #: a list and the action that it ends in
Child = tuple[int, int, Partial, ObjectTest, Option]  #: score, cost, list before, the further row


class Lists:
    """Beam search for lists of tests and actions."""

    def __init__(self, demos: Demos, places: Sequence[int]) -> None:
        self.demos = demos
        with demos.budget.within(ACTIONS_SHARE):
            self.options = demos.options(places)
        self.tests = object_tests(demos.scenes, False) if len(self.options) > 1 else []
        self.memo: dict[int, dict[int, Option]] = {}
        self.most = 0  #: the list that explains most cells, but not all
        self.best: Complete | None = None

    def _right(self, objects: int) -> list[tuple[int, Option]]:
        """The options right for all these objects, each with the cells that it explains."""
        found = [option for option in self.options if not objects & ~option.right]
        self.demos.budget.spend(len(self.options) // 8 + 3 * len(found))
        return [(option.explained(objects), option) for option in found]

    def _best(self, objects: int) -> dict[int, Option]:
        """The cheapest of `_right` for the same cells; an option that explains none stays or vanishes."""
        if objects not in self.memo:
            best: dict[int, Option] = {}
            for own, option in self._right(objects):  # cheapest first; what vanishes may be covered by others
                if own or option.action in (STAY, GONE):
                    best.setdefault(own, option)
            self.memo[objects] = best
        return self.memo[objects]

    def _may_end(self) -> bool:
        """Whether each object has a right option, and all changes one that explains them."""
        everything, right, explained = self.demos.everything, 0, 0
        self.demos.budget.spend(len(self.options))
        for option in self.options:
            right |= option.right
            explained |= option.explained(everything)
        return right == everything and explained == self.demos.need

    def search(self, most: int = LENGTH) -> list[Complete]:
        """Complete lists of at most so many tests and the actions they end in, cheapest first."""
        demos = self.demos
        most = most if self._may_end() else min(most, DRAFT_LENGTH)
        beam, done = [Partial(demos.everything, 0, 0, ())], []
        for length in range(most + 1):
            for node in beam:
                done += [(node, last) for last in self._ends(node)]
            if length == most or done or demos.budget.exhausted:
                break
            grown: dict[tuple[int, int], Child] = {}
            for node in beam:
                if demos.budget.exhausted:
                    break
                self._grow(node, grown)
            best = sorted(grown.items(), key=lambda one: -one[1][0])
            beam = [
                Partial(*key, cost, (*node.rows, (test, option)))
                for key, (_, cost, node, test, option) in best[: LATER_WIDTH if length else WIDTH]
            ]
        return sorted(done, key=lambda one: one[0].cost + one[1].cost)

    def _ends(self, node: Partial) -> Iterator[Option]:
        """The actions that are right for all objects left and explain what is left."""
        for own, option in self._right(node.rest):
            if not own and option.action != STAY:
                continue
            explained = node.explained | own
            if explained == self.demos.need:
                yield option
                continue
            # each row is to explain more than a part
            worth = explained.bit_count() - len(node.rows) * self.demos.need.bit_count() // ROW_SHARE
            if worth > self.most:
                self.most, self.best = worth, (node, option)

    def _grow(self, node: Partial, grown: dict[tuple[int, int], Child]) -> None:
        """Add the lists one row longer, of those that leave and explain the same the best."""
        demos, total = self.demos, max(self.demos.need.bit_count(), 1)
        distinct: dict[int, ObjectTest] = {}
        for test in self.tests:
            distinct.setdefault(test.passed & node.rest, test)
        demos.budget.spend(len(self.tests) // 8)
        for taken, test in distinct.items():
            if not taken or taken == node.rest:
                continue
            rest, cost = node.rest & ~taken, node.cost + test.cost + 15
            worth = -(30 * rest.bit_count() // len(demos.objects)) - cost
            options = self._best(taken)
            demos.budget.spend(len(options))
            for own, option in options.items():
                explained = node.explained | own
                score = 100 * explained.bit_count() // total + worth - option.cost
                known = grown.get((rest, explained))
                if known is None or known[0] < score:
                    grown[rest, explained] = score, cost + option.cost, node, test, option


@dataclass(eq=False)
class Division:
    """One segmentation of a state's grids: the demos' objects, their likely places, number of lists added."""

    rank: int
    segmentation: Segmentation
    scenes: list[Scene]
    demos: Demos
    likely: list[int] = field(default_factory=list)
    lists: int = 0


Draft = tuple[int, State]  #: a state that a list makes, and how much it explains


def object_lists(group: Group) -> None:
    """Add lists for each division of the state that the group is about.

    First lists of actions that explain something in the smallest demo. If there are none, such lists after
    the incomplete ones that explain most, and lists of all actions.
    """
    pool = group.pool
    state = group.about if group.at is Pass.STAGE else pool.root
    if not pool.has_output_shapes(state):
        return
    found, drafts = _likely_lists(group, state)
    if group.at is Pass.STAGE or any(part.lists for part in found):
        return
    for _, draft in sorted(drafts, key=lambda one: -one[0])[:MOST_DRAFTS]:
        if pool.enter(draft) and not pool.budget.exhausted:
            _likely_lists(group, draft)
    for part in sorted(found, key=lambda part: -len(part.likely)):
        if not pool.budget.exhausted:
            _add(group, state, part, Lists(part.demos, ALL_PLACES).search())


def _likely_lists(group: Group, state: State) -> tuple[list[Division], list[Draft]]:
    """Add lists of likely actions; return the divisions that have such, and drafts of incomplete lists.

    With a part of the steps one action for all objects is tried in one division after the other, before lists
    with tests.
    """
    budget, divisions = group.pool.budget, _divisions(group, state)
    found, next_ones = list[Division](), list[Division]()
    with budget.within(FIRST_SHARE):
        for part in divisions:
            tried = min(MOST_SAMPLED, *[len(scene.parts) for scene in part.demos.scenes])
            if LIKELY_STEPS * tried > budget.limit - budget.used:
                next_ones.append(part)
            elif _begins(group, state, part):
                found.append(part)
            if next_ones or budget.exhausted:
                break
    drafts = [draft for part in found for draft in _add_likely(group, state, part)]
    for part in chain(next_ones, () if budget.exhausted else divisions):
        if budget.exhausted:
            break
        if _begins(group, state, part):
            found.append(part)
            drafts += _add_likely(group, state, part)
    return found, drafts


def _begins(group: Group, state: State, part: Division) -> bool:
    """Find the likely places of a division, and add single actions there; return whether to search lists."""
    part.likely = part.demos.likely_places()
    with group.pool.budget.within(SINGLE_SHARE):
        common = part.demos.common_places(part.likely)
        if common:
            _add(group, state, part, Lists(part.demos, common).search(0))
    return bool(part.likely) and len(part.demos.objects) <= MOST_OBJECTS


def _add_likely(group: Group, state: State, part: Division) -> list[Draft]:
    """Add lists of likely actions if no single one is right; return the draft of the best incomplete list."""
    if part.lists or group.pool.budget.exhausted:
        return []
    with group.pool.budget.within(DIVISION_SHARE):
        more = [part.likely] if len(part.likely) > LIKELIEST else []
        for places in [part.likely[:LIKELIEST], *more]:
            lists = Lists(part.demos, places)
            _add(group, state, part, lists.search())
            if part.lists:
                return []
    if lists.best is None:
        return []
    _, table = next(_tables([lists.best], part.demos.start))
    return [(lists.most, _acted(state, part, table, 0))]


def _divisions(group: Group, state: State) -> Iterator[Division]:
    """The divisions of a state's grids, likeliest first."""
    pool, seen = group.pool, set()
    crossings = [] if group.at is Pass.STAGE else _crossings(state, pool.outputs)
    tried = STAGED if group.at is Pass.STAGE else TRIED
    first, later = tried[:MOST_CROSSED], tried[MOST_CROSSED:]
    for rank, (segmentation, crossing) in enumerate(
        [*product(first, [None, *crossings]), *product(later, [None])]
    ):
        pool.budget.spend(300)
        scenes = [scene_of(grid, segmentation) for grid in state.grids]
        found = [b"/".join([np.sort(part.cells).tobytes() for part in scene.parts]) for scene in scenes]
        cells = crossing, *found
        if not all(scene.parts for scene in scenes) or cells in seen:
            continue
        seen.add(cells)
        demos = Demos(scenes[: pool.demos], pool.outputs, pool.budget, crossing)
        yield Division(rank, segmentation, scenes, demos)


def _add(group: Group, state: State, part: Division, lists: list[Complete]) -> None:
    """Add the lists that make all outputs, a few of those that give the same answers."""
    pool, seen = group.pool, Counter[Answers]()
    for penalty, table in islice(_tables(lists, part.demos.start), MOST_LISTS):
        if len(seen) == MOST_ADDED or pool.budget.exhausted:
            return
        pool.budget.spend(60 * len(part.scenes))
        made = _acted(state, part, table, penalty)
        if all(map(equal, made.grids, pool.outputs)):
            answers = list(made.grids[pool.demos :])
            seen[answers_of(answers)] += 1
            if seen[answers_of(answers)] <= MOST_ALIKE:
                group.add(made.expression, answers, "objects", made.cost + part.rank)
                part.lists += 1


def _crossings(state: State, outputs: Sequence[Array]) -> list[int]:
    """The color that all outputs have and none of the inputs, if there is one."""
    pairs = zip(state.grids, outputs, strict=False)
    common = set.intersection(*[set(output.tobytes()) - set(grid.tobytes()) for grid, output in pairs])
    return list(common) if len(common) == 1 else []


def _acted(state: State, part: Division, table: Table, penalty: int) -> State:
    """The state that a list makes of a state."""
    crossing, rows = parted(table)
    grids = [scene.once(acted, tuple(chosen(scene, rows)), crossing) for scene in part.scenes]
    expression = ("act_by", state.expression, int(part.segmentation), Lit(table))
    return state_of(grids, expression, penalty or state.cost + DRAFT_COST, state.depth + 1, "objects")


def _tables(lists: list[Complete], start: Table) -> Iterator[tuple[int, Table]]:
    """Lists as tables, these rows first, and their costs; also with an equal action or test in one place."""
    for node, last in lists:
        cost, places = last.cost, list[Sequence[tuple[int, ...]]]()
        for test, option in node.rows:
            cost += test.cost + option.cost
            places += [option.equal, test.rows]
        places += [last.equal, [()]]  # the last row has no test
        for which in range(MOST_EQUAL):
            for place in range(len(places) if which else 1):
                if which < len(places[place]):
                    chosen = [equal[which if k == place else 0] for k, equal in enumerate(places)]
                    rows = zip(chosen[1::2], chosen[::2], strict=True)
                    yield cost + which, start + tuple([(*test, *action) for test, action in rows])


OBJECTS = Finisher("objects", (Pass.ROOT, Pass.STAGE), object_lists, rate=98)

"""Finisher "objects": what each object becomes, chosen by a decision list over its features.

For each segmentation the actions that explain what has become of an object in its demo's output; then lists
of (feature, action) by beam search, in which each object takes an action that is right for it and all changed
cells are explained.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from kaggle_batt.dsl.extensions.arrays import Array, equal
from kaggle_batt.dsl.extensions.objects.act import Action, Table, acted, chosen, parted
from kaggle_batt.dsl.extensions.objects.inks import AS_IS, ink_cost, roles_of
from kaggle_batt.dsl.extensions.objects.places import FREES, OWN, PLACES, Drawn, drawn_at
from kaggle_batt.dsl.extensions.objects.scene import Scene, scene_of
from kaggle_batt.dsl.extensions.segments import Segmentation
from kaggle_batt.search.expression import LiteralTable
from kaggle_batt.search.finishers.cell_bits import bits_of, drawn_bits, part_bits
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.finishers.object_tests import MOST_EQUAL, ObjectTest, object_tests
from kaggle_batt.search.solutions import Answers, answers_of
from kaggle_batt.search.states import State, state_of
from kaggle_batt.search.step_budget import StepBudget

#: segmentations, likeliest first
TRIED = (
    Segmentation.COLOR_8, Segmentation.EACH_COLOR, Segmentation.FILLED_8, Segmentation.EMPTY_4,
    Segmentation.COLOR_4, Segmentation.COLOR_NEAR, Segmentation.FILLED_4, Segmentation.FILLED_NEAR,
    Segmentation.WHOLE,
)  # fmt: skip
#: objects of all demos, rows of a list before the last, width of the beam
MOST_OBJECTS, LENGTH, WIDTH, LATER_WIDTH = 150, 3, 60, 18
#: lists tried, answers added for a segmentation, programs of one answer
MOST_LISTS, MOST_ADDED, MOST_ALIKE = 80, 12, 2
#: segmentations tried in the stage pass, and with a color of crossings
MOST_STAGED = 3
#: incomplete lists that another may follow, their cost in tenths, percent of a demo's changes to explain
MOST_DRAFTS, DRAFT_COST, LEAST_SHARE = 2, 25, 50
#: the part of the changes, one in so many, that each row of such a list explains
ROW_SHARE = 6
#: tenths for an action that is not defined for all objects
UNDEFINED = 3
STAY, GONE = (0, AS_IS), (1, AS_IS)


@dataclass(eq=False)
class Option:
    """An action: the objects for which it is right, the cells that it explains for each, its cost."""

    action: Action
    cost: int
    right: int = 0
    explains: dict[int, int] = field(default_factory=dict)
    equal: list[Action] = field(default_factory=list)

    def explained(self, objects: int) -> int:
        """The cells explained by these objects."""
        found = 0
        for number, cells in self.explains.items():
            if objects >> number & 1:
                found |= cells
        return found


@dataclass(frozen=True, eq=False)
class Partial:
    """A list under construction: objects not taken yet, cells explained, its cost, its rows."""

    rest: int
    explained: int
    cost: int
    rows: tuple[tuple[ObjectTest, Option], ...]


#: a list and the action that it ends in
Complete = tuple[Partial, Option]
#: a list that is one row longer: its score, its cost, the list before, the row
Child = tuple[int, int, Partial, ObjectTest, Option]


class Demos:
    """The objects of all demos under one segmentation, numbered through, and what became of them."""

    def __init__(
        self,
        scenes: Sequence[Scene],
        outputs: Sequence[Array],
        budget: StepBudget,
        crossing: int | None = None,
    ) -> None:
        self.scenes, self.budget, self.crossing = scenes, budget, crossing
        self.outputs = [output.ravel() for output in outputs]
        self.objects = [
            (demo, number) for demo, scene in enumerate(scenes) for number in range(len(scene.parts))
        ]
        self.start: Table = () if crossing is None else ((crossing,),)
        #: the cells that change, and those of each color in the output, as bits of one number for each demo
        self.changed = [
            bits_of(scene.array.ravel() != output) for scene, output in zip(scenes, self.outputs, strict=True)
        ]
        self.colored = [[bits_of(output == color) for color in range(10)] for output in self.outputs]
        if crossing is not None:
            # what is drawn there need not be seen, and need not be explained
            for demo, colored in enumerate(self.colored):
                crossed = colored[crossing]
                self.changed[demo] &= ~crossed
                self.colored[demo] = [bits | crossed for bits in colored]
        sizes = [output.size for output in self.outputs]
        self.starts = [sum(sizes[:demo]) for demo in range(len(sizes))]
        self.everything = (1 << len(self.objects)) - 1
        self.need = sum([bits << start for bits, start in zip(self.changed, self.starts, strict=True)])

    def options(self) -> list[Option]:
        """The actions that explain something, and to stay; of those that are equal on the demos one."""
        found: dict[Action, Option] = {}
        own = [(part_bits(self.scenes[demo], number), self.changed[demo]) for demo, number in self.objects]
        stays = sum([1 << index for index, (part, changed) in enumerate(own) if part & ~changed])
        moves = sum([1 << index for index, (part, changed) in enumerate(own) if part & changed])
        for place in range(len(PLACES)):
            if self.budget.exhausted:
                break
            self._try_place(place, stays, moves, found)
        return _grouped(found.values())

    def promising(self) -> bool:
        """Whether actions explain much of what changes in the demo of fewest objects."""
        counts = [len(scene.parts) for scene in self.scenes]
        demo = counts.index(min(counts))
        one = Demos(self.scenes[demo : demo + 1], [self.outputs[demo]], self.budget, self.crossing)
        explained = 0
        for option in one.options():
            explained |= option.explained(one.everything)
        return 100 * explained.bit_count() >= LEAST_SHARE * max(one.need.bit_count(), 1)

    def _try_place(self, place: int, stays: int, moves: int, found: dict[Action, Option]) -> None:
        """Add the actions at that place; a part stays where an action is not defined."""
        kind, cost = PLACES[place].kind, PLACES[place].cost
        able = self.everything if kind == OWN else moves if kind == FREES else stays
        own: dict[int, Option] = {}
        undefined = 0
        for index in self._numbers(able):
            demo, number = self.objects[index]
            drawn = drawn_at(self.scenes[demo], number, place)
            if drawn is None:
                undefined |= 1 << index
                continue
            mask = self.scenes[demo].once(drawn_bits, number, place)
            bits = self._explained(demo, number, kind, mask)
            for ink in self._inks(index, place, drawn, mask):
                option = own.get(ink)
                if option is None:
                    option = own[ink] = Option((place, ink), cost + ink_cost(ink))
                option.right |= 1 << index
                if bits:
                    option.explains[index] = bits
        useful = [option for option in own.values() if option.explains or option.action == STAY]
        if useful:
            for index in self._numbers(self.everything & ~able):
                demo, number = self.objects[index]
                undefined |= (drawn_at(self.scenes[demo], number, place) is None) << index
        for option in useful:
            option.right |= stays if option.action == STAY else undefined & stays
            option.cost += UNDEFINED * bool(undefined)
            found[option.action] = option

    def _numbers(self, objects: int) -> list[int]:
        """The numbers of objects, about which a place is to be asked."""
        self.budget.spend(8 * objects.bit_count())
        return [index for index in range(len(self.objects)) if objects >> index & 1]

    def _explained(self, demo: int, number: int, kind: str, mask: int) -> int:
        """The changed cells that a place draws, or frees."""
        bits = mask & self.changed[demo]
        if kind == FREES:
            bits |= part_bits(self.scenes[demo], number) & self.colored[demo][0]
        return bits << self.starts[demo]

    def _inks(self, index: int, place: int, drawn: Drawn, mask: int) -> Iterator[int]:
        """The inks with which the place is right for an object; the mask has the cells drawn."""
        demo, number = self.objects[index]
        scene, output, colored = self.scenes[demo], self.outputs[demo], self.colored[demo]
        cells, colors = drawn
        kind = PLACES[place].kind
        if kind == FREES or (kind == OWN and place):
            left, changed = part_bits(scene, number) & ~mask, self.changed[demo]
            if left & (~changed if kind == FREES else changed):
                return
        if self.crossing is not None:
            kept = output[cells] != self.crossing
            cells, colors = cells[kept], colors if colors is None else colors[kept]
        if not mask or not len(cells):
            yield AS_IS
            return
        if colors is None:
            as_is = not mask & ~colored[scene.main[number]]
        else:
            as_is = output[cells].tobytes() == colors.tobytes()
        if as_is:
            yield AS_IS
        color = int(output[cells[0]])
        if mask & ~colored[color]:
            return
        if kind != FREES or color:
            yield color
        yield from roles_of(scene, number).get(color, ())


def _grouped(options: object) -> list[Option]:
    """One option for all that are right and explain the same, cheapest first."""
    groups: dict[tuple[int, tuple[tuple[int, int], ...]], Option] = {}
    for option in sorted(options, key=lambda one: one.cost):  # type: ignore[call-overload]
        key = option.right, tuple(sorted(option.explains.items()))
        known = groups.setdefault(key, option)
        if len(known.equal) < MOST_EQUAL:
            known.equal.append(option.action)
    return list(groups.values())


class Lists:
    """Beam search for lists of tests and actions."""

    def __init__(self, demos: Demos) -> None:
        self.demos = demos
        self.options = demos.options()
        self.tests = object_tests(demos.scenes, False) if len(self.options) > 1 else []
        self.memo: dict[tuple[Action, int], int] = {}
        #: the list that explains most cells, but not all
        self.most = 0
        self.best: Complete | None = None

    def _explained(self, option: Option, objects: int) -> int:
        key = option.action, objects
        if key not in self.memo:
            self.demos.budget.spend(2)
            self.memo[key] = option.explained(objects)
        return self.memo[key]

    def possible(self) -> bool:
        """Whether every object has an action that is right, and all changed cells are explained by some."""
        right = explained = 0
        for option in self.options:
            right |= option.right
            explained |= self._explained(option, self.demos.everything)
        return right == self.demos.everything and explained == self.demos.need

    def search(self) -> list[Complete]:
        """Complete lists and the actions they end in, cheapest first."""
        demos = self.demos
        beam, done = [Partial(demos.everything, 0, 0, ())], []
        for length in range(LENGTH + 1):
            for node in beam:
                done += [(node, last) for last in self._ends(node)]
            if length == LENGTH or done or demos.budget.exhausted:
                break
            grown: dict[tuple[int, int], Child] = {}
            for node in beam:
                if demos.budget.exhausted:
                    break
                self._grow(node, grown)
            best = sorted(grown.items(), key=lambda one: -one[1][0])
            beam = [_grown(*one) for one in best[: LATER_WIDTH if length else WIDTH]]
        return sorted(done, key=lambda one: one[0].cost + one[1].cost)

    def _ends(self, node: Partial) -> Iterator[Option]:
        """The actions that are right for all objects left and explain what is left."""
        for option in self.options:
            own = self._explained(option, node.rest)
            if node.rest & ~option.right or not (own or option.action == STAY):
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
        demos, memo = self.demos, self.memo
        total = max(demos.need.bit_count(), 1)
        demos.budget.spend(len(self.tests) * len(self.options) // 6)
        for test in self.tests:
            taken = test.passed & node.rest
            if not taken or taken == node.rest:
                continue
            rest, cost = node.rest & ~taken, node.cost + test.cost + 15
            worth = -(30 * rest.bit_count() // len(demos.objects)) - cost
            for option in self.options:
                if taken & ~option.right:
                    continue
                own = memo.get((option.action, taken))
                if own is None:
                    own = self._explained(option, taken)
                # what vanishes may be covered by others
                if not own and option.action not in (STAY, GONE):
                    continue
                explained = node.explained | own
                score = 100 * explained.bit_count() // total + worth - option.cost
                known = grown.get((rest, explained))
                if known is None or known[0] < score:
                    grown[rest, explained] = score, cost + option.cost, node, test, option


def _grown(key: tuple[int, int], child: Child) -> Partial:
    """The list that a longer one became."""
    _, cost, node, test, option = child
    return Partial(*key, cost, (*node.rows, (test, option)))


def object_lists(group: Group) -> None:
    """Add lists for each segmentation of the state that the group is about; or one list after another."""
    pool = group.pool
    state = group.about if group.at is Pass.STAGE else pool.root
    if not pool.has_output_shapes(state):
        return
    drafts = _add_lists(group, state)
    if group.at is not Pass.STAGE and drafts is not None:
        for _, draft in sorted(drafts, key=lambda one: -one[0])[:MOST_DRAFTS]:
            if pool.enter(draft):
                _add_lists(group, draft)


def _add_lists(group: Group, state: State) -> list[tuple[int, State]] | None:
    """Add the lists of a state; if there are none, what others make that explain a part, with its cells."""
    pool, drafts, added = group.pool, [], 0
    seen: set[tuple[int | None, bytes]] = set()
    crossings = [] if group.at is Pass.STAGE else _crossings(state, pool.outputs)
    first, later = TRIED[:MOST_STAGED], [] if group.at is Pass.STAGE else TRIED[MOST_STAGED:]
    tried = [*product(first, [None, *crossings]), *product(later, [None])]
    for rank, (segmentation, crossing) in enumerate(tried):
        if pool.budget.exhausted:
            break
        if added and crossing is not None:
            continue
        pool.budget.spend(300)
        scenes = [scene_of(grid, segmentation) for grid in state.grids]
        division = b"/".join([part.cells.tobytes() for scene in scenes for part in scene.parts])
        if not all(scene.parts for scene in scenes) or (crossing, division) in seen:
            continue
        seen.add((crossing, division))
        demos = Demos(scenes[: pool.demos], pool.outputs, pool.budget, crossing)
        if len(demos.objects) > MOST_OBJECTS or not demos.promising():
            continue
        lists = Lists(demos)
        for made in _fitting(group, state, scenes, int(segmentation), lists.search(), demos.start):
            group.add(made.expression, list(made.grids[pool.demos :]), "objects", made.cost + rank)
            added += 1
        if lists.best is not None and not added:
            _, table = next(_tables([lists.best], demos.start))
            drafts.append((lists.most, _acted(state, scenes, int(segmentation), table, 0)))
    return None if added else drafts


def _crossings(state: State, outputs: Sequence[Array]) -> list[int]:
    """The color that all outputs have and none of the inputs, if there is one."""
    new = [
        set(output.tobytes()) - set(grid.tobytes())
        for grid, output in zip(state.grids, outputs, strict=False)
    ]
    common = set.intersection(*new)
    return list(common) if len(common) == 1 else []


def _acted(state: State, scenes: Sequence[Scene], segmentation: int, table: Table, penalty: int) -> State:
    """The state that a list makes of a state."""
    crossing, rows = parted(table)
    grids = [acted(scene, chosen(scene, rows), crossing) for scene in scenes]
    expression = ("act_by", state.expression, segmentation, LiteralTable(table))
    return state_of(grids, expression, penalty or state.cost + DRAFT_COST, state.depth + 1, "objects")


def _fitting(
    group: Group,
    state: State,
    scenes: list[Scene],
    segmentation: int,
    lists: list[Complete],
    start: Table,
) -> Iterator[State]:
    """What the lists make that give all outputs, with the tenths beside their entries; distinct answers."""
    pool = group.pool
    seen: Counter[Answers] = Counter()
    for penalty, table in islice(_tables(lists, start), MOST_LISTS):
        if len(seen) == MOST_ADDED or pool.budget.exhausted:
            return
        pool.budget.spend(60 * len(scenes))
        made = _acted(state, scenes, segmentation, table, penalty)
        if all(map(equal, made.grids, pool.outputs)):
            answers = answers_of(list(made.grids[pool.demos :]))
            seen[answers] += 1
            if seen[answers] <= MOST_ALIKE:
                yield made


def _tables(lists: list[Complete], start: Table) -> Iterator[tuple[int, Table]]:
    """The lists as tables with these rows before and the cost beside their entries; also with equal tests,
    or actions, instead."""
    for node, last in lists:
        steps = [*node.rows, (None, last)]
        base = sum([option.cost + (test.cost if test else 0) for test, option in steps])
        seen = set()
        for which in range(MOST_EQUAL):
            for position in range(2 * len(steps) if which else 1):
                rows: list[tuple[int, ...]] = []
                for k, (test, option) in enumerate(steps):
                    at = which if position == 2 * k else 0
                    if at >= len(option.equal):
                        break
                    action = option.equal[at]
                    at = which if position == 2 * k + 1 else 0
                    if test is None:
                        rows.append(action)
                    elif at < len(test.rows):
                        rows.append((*test.rows[at], *action))
                table = start + tuple(rows)
                if len(rows) == len(steps) and table not in seen:
                    seen.add(table)
                    yield base + which, table


OBJECTS = Finisher("objects", (Pass.ROOT, Pass.STAGE), object_lists, rate=72)

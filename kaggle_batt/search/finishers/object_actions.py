"""The actions that are right for each object of the demos, and the changed cells that they explain."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, reduce
from itertools import chain
from operator import or_

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.bits import bits_of
from kaggle_batt.dsl.extensions.objects.act import Action
from kaggle_batt.dsl.extensions.objects.inks import AS_IS, ink_cost, roles_of
from kaggle_batt.dsl.extensions.objects.place import FREES, OWN, PLACES, Drawn, drawn_at
from kaggle_batt.dsl.extensions.objects.scene import Scene
from kaggle_batt.dsl.extensions.registry import Table
from kaggle_batt.search.finishers.object_tests import MOST_EQUAL
from kaggle_batt.search.step_budget import StepBudget

LEAST_SHARE = 50  #: percent of a demo's changes that actions are to explain
MOST_SAMPLED = 10  #: objects of a demo by which likely places are found
FEW = 20  #: cells that become bits faster one by one
UNDEFINED = 3  #: tenths for an action that is not defined for all objects
ALL_PLACES = range(len(PLACES))
STAY, GONE = (0, AS_IS), (1, AS_IS)


def drawn_bits(scene: Scene, number: int, place: int = 0) -> int:
    """The cells, as bits, that a defined place draws for a part; by default its own."""
    key = number, place
    if key not in scene.bits:
        drawn = drawn_at(scene, number, place)
        if drawn is None or len(drawn[0]) <= FEW:
            scene.bits[key] = sum({1 << cell for cell in drawn[0].tolist()}) if drawn else 0
        else:
            mask = np.zeros(scene.array.size, bool)
            mask[drawn[0]] = True
            scene.bits[key] = bits_of(mask)
    return scene.bits[key]


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
        return reduce(or_, [cells for number, cells in self.explains.items() if objects >> number & 1], 0)


class Demos:
    """The objects of all demos under one segmentation, numbered consecutively, and the cells that change."""

    def __init__(
        self, scenes: list[Scene], outputs: list[Array], budget: StepBudget, crossing: int | None = None
    ) -> None:
        self.scenes, self.budget, self.crossing = scenes, budget, crossing
        self._tried: dict[int, list[Option]] = {}  #: by place
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
        self.everything = self.sample = (1 << len(self.objects)) - 1
        self.need = sum([bits << start for bits, start in zip(self.changed, self.starts, strict=True)])

    def options(self, places: Sequence[int] = ALL_PLACES, most_equal: int = MOST_EQUAL) -> list[Option]:
        """To stay, and the actions that explain something; so many that are equal on the demos as one."""
        for place in places:
            if place not in self._tried:
                if self.budget.exhausted:
                    break
                self._tried[place] = self._try_place(place)
        return _grouped(chain.from_iterable(self._tried.get(place, ()) for place in places), most_equal)

    @cached_property
    def _kept(self) -> tuple[int, int]:
        """The objects some of whose cells stay, and those some of whose cells change."""
        own = [(drawn_bits(self.scenes[demo], number), self.changed[demo]) for demo, number in self.objects]
        stays = sum([1 << index for index, (part, changed) in enumerate(own) if part & ~changed])
        return stays, sum([1 << index for index, (part, changed) in enumerate(own) if part & changed])

    @cached_property
    def _colorless(self) -> dict[int, int]:
        """For each role the objects at which no color plays it."""
        found: dict[int, int] = {}
        for index, (demo, number) in enumerate(self.objects):
            for ink in self.scenes[demo].once(roles_of, number)[None]:
                found[ink] = found.get(ink, 0) | 1 << index
        return found

    def _able(self, place: int) -> int:
        """The objects of the sample for which a place of its kind may be right."""
        kind, (stays, moves) = PLACES[place].kind, self._kept
        return self.sample & (self.everything if kind == OWN else moves if kind == FREES else stays)

    def take_sample(self) -> None:
        """Try places for some objects alone, those first of which cells change, evenly over the demo."""
        _, moves = self._kept
        chosen = _spread(_members(moves), MOST_SAMPLED)
        chosen += _spread(_members(self.everything & ~moves), MOST_SAMPLED - len(chosen))
        self.sample = sum([1 << k for k in chosen])

    def common_places(self, places: Iterable[int]) -> list[int]:
        """The places at which an action is right for all objects."""
        return [place for place in places if not self.budget.exhausted and self._fits_all(place)]

    def _fits_all(self, place: int) -> bool:
        able, (stays, _), common = self._able(place), self._kept, set[int]()
        for index, (demo, number) in enumerate(self.objects):
            self.budget.spend(8)
            drawn = drawn_at(self.scenes[demo], number, place)
            if drawn is None and stays >> index & 1:
                continue
            if drawn is None or not able >> index & 1:
                return False
            inks = set(self._inks(index, place, drawn, drawn_bits(self.scenes[demo], number, place)))
            if stays >> index & 1:
                inks.update(self.scenes[demo].once(roles_of, number)[None])
            common = common & inks if common else inks
            if not common:
                return False
        return bool(common)

    def likely_places(self) -> list[int]:
        """The places that explain something in the demo of fewest objects of those that change; none if all
        explain little."""
        counts = [(len(scene.parts), demo) for demo, scene in enumerate(self.scenes) if self.changed[demo]]
        if not counts:
            return []
        demo = min(counts)[1]
        scene, output = self.scenes[demo], self.outputs[demo].tobytes()
        steps, places = scene.once(_likely_places, output, self.crossing, None)
        if self.budget.used + steps * self.budget.rate // 100 + 1 >= self.budget.limit:
            # the search for them ends in between
            return _likely_places(scene, output, self.crossing, self.budget)[1]
        self.budget.spend(steps)
        return places

    def _try_place(self, place: int) -> list[Option]:
        """The actions at that place; a part stays where an action is not defined."""
        kind, cost = PLACES[place].kind, PLACES[place].cost
        able, (stays, _) = self._able(place), self._kept
        undefined, tried = 0, []
        for index in self._numbers(able):
            demo, number = self.objects[index]
            drawn = drawn_at(self.scenes[demo], number, place)
            if drawn is None:
                undefined |= 1 << index
                continue
            mask = drawn_bits(self.scenes[demo], number, place)
            freed = drawn_bits(self.scenes[demo], number) & self.colored[demo][0] if kind == FREES else 0
            bits = ((mask | freed) & self.changed[demo]) << self.starts[demo]
            tried.append((index, drawn, mask, bits))
        if place != STAY[0] and not any([bits for *_, bits in tried]):
            return []
        # a part stays also where others draw over it
        own = {AS_IS: Option(STAY, cost + ink_cost(AS_IS))} if place == STAY[0] and stays else {}
        for index, drawn, mask, bits in tried:
            for ink in self._inks(index, place, drawn, mask):
                option = own.get(ink)
                if option is None:
                    option = own[ink] = Option((place, ink), cost + ink_cost(ink))
                option.right |= 1 << index
                if bits:
                    option.explains[index] = bits
        useful = [option for option in own.values() if option.explains or option.action == STAY]
        if useful:
            for index in self._numbers(self.sample & ~able):
                demo, number = self.objects[index]
                undefined |= (drawn_at(self.scenes[demo], number, place) is None) << index
        for option in useful:
            lacking = undefined | self._colorless.get(option.action[1], 0)
            option.right |= stays if option.action == STAY else lacking & stays
            option.cost += UNDEFINED * bool(lacking)
        return useful

    def _numbers(self, objects: int) -> list[int]:
        """The numbers of the objects for which a place is tried."""
        self.budget.spend(8 * objects.bit_count())
        return _members(objects)

    def _inks(self, index: int, place: int, drawn: Drawn, mask: int) -> Iterator[int]:
        """The inks with which the place is right for an object; the mask has the cells drawn."""
        demo, number = self.objects[index]
        scene, output, colored = self.scenes[demo], self.outputs[demo], self.colored[demo]
        cells, colors = drawn
        kind = PLACES[place].kind
        if kind == FREES or (kind == OWN and place):
            left, changed = drawn_bits(scene, number) & ~mask, self.changed[demo]
            # of what is left some may be covered by another part of the same color
            if (left and not left & changed) if kind == FREES else left & changed:
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
        yield from scene.once(roles_of, number).get(color, ())


@lru_cache(maxsize=64)
def _members(objects: int) -> list[int]:
    """The numbers of the bits that are set."""
    return [index for index in range(objects.bit_length()) if objects >> index & 1]


def _likely_places(
    scene: Scene, output: bytes, crossing: int | None, budget: StepBudget | None
) -> tuple[int, list[int]]:
    """The steps for a demo's likely places, and these, as far as the budget reaches; best ones first."""
    budget = budget or StepBudget(1 << 60)
    start = budget.used
    one = Demos([scene], [np.frombuffer(output, np.uint8)], budget, crossing)
    one.take_sample()
    everything = one.need.bit_count()
    explained, places = 0, {STAY[0]: everything, GONE[0]: everything}
    for option in one.options(most_equal=len(PLACES)):
        own = option.explained(one.everything)
        explained |= own
        for place, _ in option.equal:
            places[place] = max(places.get(place, 0), own.bit_count())
    share = LEAST_SHARE * one.sample.bit_count() / len(one.objects)
    much = 100 * explained.bit_count() >= share * max(everything, 1)
    return budget.used - start, sorted(places, key=lambda place: (-places[place], place)) if much else []


def _spread(numbers: list[int], most: int) -> list[int]:
    """So many of the numbers at most, evenly."""
    most = min(most, len(numbers))
    return [numbers[k * len(numbers) // most] for k in range(most)]


def _grouped(options: Iterable[Option], most_equal: int) -> list[Option]:
    """One option for all that are right and explain the same, cheapest first."""
    groups: dict[tuple[int, tuple[tuple[int, int], ...]], Option] = {}
    for option in sorted(options, key=lambda one: (one.cost, one.action[0])):
        option.equal = []
        key = option.right, tuple(sorted(option.explains.items()))
        known = groups.setdefault(key, option)
        if len(known.equal) < most_equal:
            known.equal.append(option.action)
    return list(groups.values())

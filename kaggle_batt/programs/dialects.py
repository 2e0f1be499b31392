"""Words and keywords of dialects of the vocabulary, each with the name that stands for it here."""

from kaggle_batt.dsl import CONSTANTS

#: words of a dialect with long names -> primitives; those that both spell alike are left out
_LONG = str.split("""
is_even even  negate invert  is_positive positive  logical_not flip  logical_and both  logical_or either
is_equal equality  greater_than greater  contains contained  union combine  remove_duplicates dedupe
sort order  most_common mostcommon  least_common leastcommon  to_vertical_vec toivec
to_horizontal_vec tojvec  get_first first  get_other other  get_last last  flatten merge
keep_if_condition sfilter  keep_if_condition_and_flatten mfilter  extract_first_matching extract
to_tuple totuple  as_generic_tuple astuple  as_tuple astuple  make_cell astuple  cartesian_product product
pairwise pair  condition_if_else branch  equals matcher  fix_last_argument rbind  fix_first_argument lbind
combine_two_function_results fork  transform apply  apply_each_function rapply  transform_and_flatten mapply
transform_both papply  transform_both_and_flatten mpapply  apply_function_on_cartesian_product prapply
most_common_color mostcolor  least_common_color leastcolor  get_height height  get_width width
get_shape shape  is_portrait portrait  color_count colorcount  color_filter colorfilter
as_indices asindices  size_filter sizefilter  of_color ofcolor  upper_left_corner ulcorner
upper_right_corner urcorner  lower_left_corner llcorner  lower_right_corner lrcorner
to_indices toindices  shift_by_vector shift  shift_to_origin normalize  direct_neighbors dneighbors
diagonal_neighbors ineighbors  as_objects objects  partition_only_foreground fgpartition  is_square square
is_vertical_line vline  is_horizontal_line hline  horizontal_matching hmatching  vertical_matching vmatching
manhattan_distance manhattan  count_colors numcolors  get_color color  to_object toobject
as_object asobject  horizontal_mirror hmirror  vertical_mirror vmirror  diagonal_mirror dmirror
counterdiagonal_mirror cmirror  fill_background underfill  paint_onto_grid paint
paint_onto_grid_background underpaint  horizontal_upscale hupscale  vertical_upscale vupscale
horizontal_concat hconcat  vertical_concat vconcat  smallest_subgrid_containing subgrid
horizontal_split hsplit  vertical_split vsplit  color_at_location index  create_grid canvas
corner_indices corners  line_between connect  erase_patch cover  trim_border trim  move_object move
top_half tophalf  bottom_half bottomhalf  left_half lefthalf  right_half righthalf  vertical_line vfrontier
horizontal_line hfrontier  bounding_box_indices backdrop  bounding_box_delta delta
move_until_touching gravitate  solid_color_strips_in_grid frontiers
remove_solid_color_strips_from_grid compress  horizontal_periodicity hperiod  vertical_periodicity vperiod
""")

ALIASES = dict(zip(_LONG[::2], _LONG[1::2], strict=True))  #: word of a dialect -> primitive or constant
ALIASES |= {
    f"COLOR_{name}": name for name, value in CONSTANTS.items() if type(value) is int and 0 <= value < 10
}
ALIASES |= {"COLOR_BELOW": "NEG_ONE", "COLOR_ABOVE": "TEN"}

KEYWORDS: dict[str, tuple[str, ...]] = {  #: names of arguments in a dialect -> their names in the vocabulary
    "iterable": ("tup",), "if_value": ("a",), "else_value": ("b",), "color": ("value",), "times": ("num",),
    "fixed_arg": ("fixed",), "f1": ("a",), "f2": ("b",), "size": ("n",), "offset": ("directions", "offset"),
    "location": ("location", "loc", "b"), "each_object_single_color": ("univalued",), "n": ("n", "x"),
    "include_diagonal_neighbors": ("diagonal",), "discard_background": ("without_bg",),
    "function": ("function", "condition"), "condition": ("condition", "function"),
}  # fmt: skip

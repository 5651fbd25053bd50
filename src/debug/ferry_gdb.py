# SPDX-License-Identifier: BSL-1.0
"""gdb pretty printers for ferry::concurrent_map and concurrent_set, and their handles.

In gdb, or in ~/.gdbinit: source PREFIX/share/ferry/ferry_gdb.py

A container prints as its live elements, found through the chain of tables, each once. In a program
that is stopped in the middle of an operation that is a picture like for_each's.
"""

import re

import gdb
import gdb.printing

LIVE_INLINE, LIVE_BOX, LIVE_SPARE = 1, 2, 3


def atomic(value):
    """What a boost::atomic holds."""
    return value["m_storage"]


def node_type(core):
    """The type of a core's nodes."""
    return gdb.lookup_type(core.type.strip_typedefs().name + "::node_type").strip_typedefs()


def live_value(node):
    """(True, the live value) or (False, None)."""
    word = int(atomic(node["state"]["word_"]))
    state, address = word & 0xFF, word >> 16
    if state == LIVE_INLINE:
        return True, node["first"]["value"]
    if state == LIVE_BOX:
        box = gdb.lookup_type(node.type.strip_typedefs().name + "::box_type").strip_typedefs()
        return True, gdb.Value(address).cast(box.pointer()).dereference()["value"]
    if state == LIVE_SPARE:
        spare = gdb.Value(address).cast(node.type.pointer()).dereference()
        return True, spare["first"]["value"]
    return False, None


def shown_key(node):
    """A node's key, or the characters behind the node."""
    key = node["key"]
    if not key.type.strip_typedefs().name.endswith("::characters"):
        return key
    first = (key.address + 1).cast(gdb.lookup_type("char").pointer())
    return first.lazy_string(length=int(key["size_"]))


def live_nodes(core):
    """The nodes of a core that are live, each once."""
    seen = set()
    pointer = node_type(core).pointer()
    root = core["root_"]
    table_pointer = gdb.lookup_type(
        re.sub(r"::node_core<.*", "::table", core.type.strip_typedefs().name)).pointer()
    table = int(atomic(root))
    while table != 0:
        here = gdb.Value(table).cast(table_pointer).dereference()
        shape = here["shape_"]
        for index in range((1 << int(shape["bits"])) + int(shape["path"])):
            slots = here["buckets_"][index]["slots"]
            for number in range(8):
                word = int(atomic(slots[number]["word_"]))
                address = word & ((1 << 48) - 1)
                if word > 2 and address not in seen:
                    seen.add(address)
                    node = gdb.Value(address).cast(pointer).dereference()
                    alive, value = live_value(node)
                    if alive:
                        yield shown_key(node), value
        table = int(atomic(here["next_"]))


class Map:
    """ferry::concurrent_map"""

    def __init__(self, value):
        self.core = value["core_"]

    def to_string(self):
        return "ferry::concurrent_map"

    def children(self):
        for number, (key, value) in enumerate(live_nodes(self.core)):
            yield f"[{number}].key", key
            yield f"[{number}].value", value

    def display_hint(self):
        return "map"


class Set:
    """ferry::concurrent_set"""

    def __init__(self, value):
        self.core = value["core_"]

    def to_string(self):
        return "ferry::concurrent_set"

    def children(self):
        for number, (key, _) in enumerate(live_nodes(self.core)):
            yield f"[{number}]", key

    def display_hint(self):
        return "array"


class Handle:
    """A handle of either: the element, or that there is none."""

    def __init__(self, value):
        self.found = value["found_"]

    def to_string(self):
        return "a handle" if int(self.found["at"]) != 0 else "an empty handle"

    def children(self):
        if int(self.found["at"]) != 0:
            yield "key", shown_key(self.found["node"].dereference())
            value = self.found["at"].dereference()
            if not value.type.strip_typedefs().name.endswith("::no_value"):
                yield "value", value


def printers():
    collection = gdb.printing.RegexpCollectionPrettyPrinter("ferry")
    inline = r"^ferry::abi_\w+::\w+::"
    collection.add_printer("concurrent_map", inline + r"concurrent_map<.*>$", Map)
    collection.add_printer("concurrent_set", inline + r"concurrent_set<.*>$", Set)
    collection.add_printer("handle", inline + r"engine::handle<.*>$", Handle)
    return collection


gdb.printing.register_pretty_printer(gdb.current_objfile(), printers(), replace=True)

"""What a template does, without rendering it: its calls, their arguments, and the condition under which each runs."""

from __future__ import annotations

import pytest

from ringfence.sql import walker
from ringfence.sql.terms import TRUE, Block, Call, Const, Op, Param, Var, describe


def _call(call: Call) -> str:
    arguments = [*map(describe, call.args)] + [f"{key}={describe(term)}" for key, term in call.keywords]
    arguments += [f"*{call.open_keywords}"] if call.open_keywords else []
    guard = "" if call.guard == TRUE else f" if {describe(call.guard)}"
    caller = f" inside {call.caller_of}" if call.caller_of else ""
    return f"{call.line}:{call.column} {call.name}({', '.join(arguments)}){guard}{caller}"


def _blocks(source: str) -> tuple[Block, ...]:
    facts = walker.read(source)
    assert facts.error is None
    return facts.blocks


def _calls(source: str) -> list[str]:
    return [_call(call) for block in _blocks(source) for call in block.calls]


CASES: dict[str, tuple[str, list[str]]] = {
    # what stays silent
    "empty": ("", []),
    "text": ("select 1 -- ref('a')\n", []),
    "comment": ("{# {{ ref('a') }} #}", []),
    "raw": ("{% raw %}{{ ref('a') }}{% endraw %}", []),
    "a name is no call": ("{{ ref }}{{ this }}{{ target.name }}", []),
    "return hands its argument on": ("{{ return(1) }}", []),
    "dict is a value": ("{% set d = dict(a='x') %}{{ d }}", []),
    "var is a value": ("{{ var('x') }}{{ var('y', 1) }}", []),
    "a method of a value": ("{% set a = 'x' %}{{ a.upper() }}", []),
    "nothing called": ("{% set a = run_query %}{{ none }}", []),
    # calls and arguments
    "ref": ("select * from {{ ref('orders') }}", ["1:18 ref('orders')"]),
    "two in a line": ("{{ ref('a') }}{{ ref('b') }}", ["1:4 ref('a')", "1:18 ref('b')"]),
    "the same twice": ("{{ ref('a') }}\n{{ ref('a') }}", ["1:4 ref('a')", "2:4 ref('a')"]),
    "package and version": ("{{ ref('shop', 'a', v=2) }}", ["1:4 ref('shop', 'a', v=2)"]),
    "source": ("{{ source('raw', 'orders') }}", ["1:4 source('raw', 'orders')"]),
    "config": (
        "{{ config(materialized='table', tags=['a', 'b'], meta={'owner': 'x'}) }}",
        ["1:4 config(materialized='table', tags=['a', 'b'], meta={'owner': 'x'})"],
    ),
    "config of a dict": (
        "{{ config({'enabled': false, 'tags': f()}) }}",
        ["1:38 f()", "1:4 config(enabled=False, tags=f())"],
    ),
    "config of an empty dict": ("{{ config({}) }}", ["1:4 config()"]),
    "config of a dict with a hidden key": ("{{ config({key: 1}) }}", ["1:4 config(dict(key, 1))"]),
    "config of a dict and more": ("{{ config({'a': 1}, b=2) }}", ["1:4 config({'a': 1}, b=2)"]),
    "open keywords": ("{{ config(**settings) }}", ["1:4 config(*settings)"]),
    "open arguments": ("{{ ref(*names) }}", ["1:4 ref(*names)"]),
    "nested": ("{{ f(ref('a'), x=ref('b')) }}", ["1:6 ref('a')", "1:18 ref('b')", "1:4 f(ref('a'), x=ref('b'))"]),
    "dotted": ("{{ dbt_utils.star(ref('a')) }}", ["1:19 ref('a')", "1:4 dbt_utils.star(ref('a'))"]),
    "a call in its own argument": ("{{ f(f(1)) }}", ["1:6 f(1)", "1:4 f(f(1))"]),
    "inside an attribute": ("{{ ref('a').identifier }}", ["1:4 ref('a')"]),
    "inside an item": ("{{ x[ref('a')] }}", ["1:6 ref('a')"]),
    "inside a filter": ("{{ ref('a') | upper }}{{ 'x' | f(ref('b')) }}", ["1:4 ref('a')", "1:34 ref('b')"]),
    "inside a test": ("{{ ref('a') is defined }}", ["1:4 ref('a')"]),
    "inside a list, dict and sum": (
        "{{ [ref('a'), {ref('b'): ref('c')}] + ref('d') ~ ref('e') }}",
        ["1:5 ref('a')", "1:16 ref('b')", "1:26 ref('c')", "1:39 ref('d')", "1:50 ref('e')"],
    ),
    "inside a statement": ("{% do ref('a') %}{% set x = ref('b') %}", ["1:7 ref('a')", "1:29 ref('b')"]),
    "inside a filter block": ("{% filter upper %}{{ ref('a') }}{% endfilter %}", ["1:22 ref('a')"]),
    "inside a jinja block": ("{% block b %}{{ ref('a') }}{% endblock %}", ["1:17 ref('a')"]),
    "context": ("{{ context['my_macro'](1) }}", ["1:1 my_macro(1)"]),
    "context of a name": ("{{ context[name](1) }}", []),
    "builtins": ("{{ builtins.ref('a') }}", ["1:4 builtins.ref('a')"]),
    "dispatch": (
        "{{ adapter.dispatch('m', 'shop')(1) }}",
        ["1:1 adapter.dispatch:shop:m(1)"],
    ),
    "dispatch without a namespace": ("{{ adapter.dispatch('m')() }}", ["1:1 adapter.dispatch::m()"]),
    "dispatch by keywords": (
        "{{ adapter.dispatch(macro_name='m', macro_namespace='shop')() }}",
        ["1:1 adapter.dispatch:shop:m()"],
    ),
    "dispatch of a name": ("{{ adapter.dispatch(name)() }}", ["1:4 adapter.dispatch(name)"]),
    "dispatch of nothing": ("{{ adapter.dispatch()() }}", ["1:4 adapter.dispatch()"]),
    "dispatch in a namespace that nobody knows": (
        "{{ adapter.dispatch('m', x)() }}",
        ["1:1 adapter.dispatch::m()"],
    ),
    "a call of a call": ("{{ f('a')('b') }}", ["1:4 f('a')"]),
    "a call of an item": ("{{ macros['x']('b') }}", []),
    "position behind the same name": (
        "{{ my_ref('b') }}{{ x.ref('c') }}{{ ref('a') }}",
        [
            "1:4 my_ref('b')",
            "1:21 x.ref('c')",
            "1:37 ref('a')",
        ],
    ),
    "position over lines": ("select\n  *\nfrom {{ ref(\n  'a'\n) }}", ["3:9 ref('a')"]),
    "spaces before the bracket": ("{{ ref  ('a') }}", ["1:4 ref('a')"]),
    "not ascii": ("-- größe 😀 {{ ref('a') }}", ["1:15 ref('a')"]),
    "CRLF": ("x\r\n{{ ref('a') }}\r\n{{ ref('b') }}", ["2:4 ref('a')", "3:4 ref('b')"]),
    "CR": ("x\r{{ ref('a') }}", ["2:4 ref('a')"]),
    "a form feed is no new line": ("x\x0c\u2028\n{{ ref('a') }}", ["2:4 ref('a')"]),
    # set
    "set": ("{% set x = 'a' %}{{ ref(x) }}", ["1:21 ref('a')"]),
    "set again": ("{% set x = 'a' %}{% set x = x ~ '_b' %}{{ ref(x) }}", ["1:43 ref('a_b')"]),
    "set of two": ("{% set x, y = 'a', 'b' %}{{ ref(x) }}{{ ref(y) }}", ["1:29 ref('a')", "1:41 ref('b')"]),
    "set of two from something": ("{% set x, y = pair %}{{ ref(x) }}", ["1:25 ref(an unpacked value)"]),
    "set of two from three": ("{% set x, y = [1, 2, 3] %}{{ ref(x) }}", ["1:30 ref(an unpacked value)"]),
    "set of an attribute": ("{% set n.x = 'a' %}{{ ref(n.x) }}", ["1:23 ref(n.x)"]),
    "set block": ("{% set x %}{{ ref('a') }}{% endset %}{{ f(x) }}", ["1:15 ref('a')", "1:41 f(a {% set %} block)"]),
    "set inside a set block": (
        "{% set y = 'a' %}{% set x %}{% set y = 'b' %}{% endset %}{{ ref(y) }}",
        ["1:61 ref('a')"],
    ),
    "set of a call": ("{% set x = ref('a') %}{{ f(x) }}", ["1:12 ref('a')", "1:26 f(ref('a'))"]),
    "a name nobody set": ("{{ ref(x) }}", ["1:4 ref(x)"]),
    "a function put in a variable": ("{% set f = ref %}{{ f('a') }}", []),
    # values
    "concatenation": ("{{ ref('a' ~ '_' ~ 1) }}", ["1:4 ref('a_1')"]),
    "sum": ("{{ ref('a' + 'b') }}{{ config(x=1 + 2) }}", ["1:4 ref('ab')", "1:24 config(x=3)"]),
    "concatenation with something": ("{{ ref('a' ~ x) }}", ["1:4 ref('a' ~ x)"]),
    "filters": (
        "{{ f('A' | lower, 'a' | upper, ' a ' | trim, 5 | string, '5' | int, 'true' | as_bool, 'x' | as_native) }}",
        ["1:4 f('a', 'A', 'a', '5', 5, True, 'x')"],
    ),
    "default": (
        "{{ f('' | default('x'), '' | default('x', true), none | d('y'), none | default, z | default('w')) }}",
        ["1:4 f('', 'x', 'y', '', default(z, 'w', False))"],
    ),
    "default by keyword": (
        "{{ f('' | default(default_value='x')) }}",
        ["1:4 f(default('', default_value='x', False))"],
    ),
    "other filters": (
        "{{ f('a,b' | split(','), 'a' | upper(1), [1] | first) }}",
        [
            "1:4 f('a,b' | split(','), 'a' | upper(1), [1] | first)",
        ],
    ),
    "items": (
        "{% set d = {'k': ['a', 'b']} %}{{ ref(d['k'][1]) }}{{ ref(d.k[0]) }}",
        ["1:35 ref('b')", "1:55 ref('a')"],
    ),
    "items that are not there": (
        "{% set d = {} %}{{ f(d.k) }}{{ f(d['k']) }}",
        [
            "1:20 f(item of {}, 'k')",
            "1:32 f(item of {}, 'k')",
        ],
    ),
    "slices": ("{% set a = 'abc' %}{{ f(a[1:]) }}", ["1:23 f(item('abc', 1:))"]),
    "comparisons": (
        "{{ f(1 == 1, 1 != 1, 1 < 2, 1 <= 1, 1 > 2, 1 >= 2, 1 in [1], 1 not in [1], 1 < 2 < 3, not 1) }}",
        ["1:4 f(True, False, True, True, False, False, True, False, 1 < 2 < 3, False)"],
    ),
    "comparison with something": ("{{ f(x == 1, x not in [1]) }}", ["1:4 f(x == 1, not(x in [1]))"]),
    "and, or": ("{{ f(true and 'a', false or 'b', x and 'a') }}", ["1:4 f('a', 'b', x and 'a')"]),
    "a call behind and": (
        "{{ x and ref('a') }}{{ x or ref('b') }}{{ false and ref('c') }}",
        ["1:10 ref('a') if x", "1:29 ref('b') if not(x)", "1:53 ref('c') if False"],
    ),
    "ternary": (
        "{{ ref('a') if x else ref('b') }}{{ ref('c' if true else 'd') }}{{ f('e' if false) }}",
        ["1:4 ref('a') if x", "1:23 ref('b') if not(x)", "1:37 ref('c')", "1:68 f('')"],
    ),
    "ternary of something": ("{{ ref('a' if x else 'b') }}", ["1:4 ref(if(x, 'a', 'b'))"]),
    "var": (
        "{{ ref(var('x')) }}{{ ref(var('x', 'd')) }}{{ ref(var('x', default='e')) }}",
        [
            "1:4 ref(var('x'))",
            "1:23 ref(var('x', 'd'))",
            "1:47 ref(var('x', 'e'))",
        ],
    ),
    "var of something": ("{{ ref(var(name)) }}", ["1:8 var(name)", "1:4 ref(var(name))"]),
    "return": ("{{ f(return('a')) }}", ["1:4 f('a')"]),
    "dict": ("{{ f(dict(a=1, b='x')) }}{{ f(dict()) }}", ["1:4 f({'a': 1, 'b': 'x'})", "1:29 f({})"]),
    "dict of something": ("{{ f(dict(x)) }}", ["1:6 dict(x)", "1:4 f(dict(x))"]),
    "a huge number": ("{{ f(0x" + "f" * 5000 + ") }}", ["1:4 f(a number too long to be written)"]),
    # if
    "if": ("{% if x %}{{ ref('a') }}{% endif %}", ["1:14 ref('a') if x"]),
    "if true": (
        "{% if true %}{{ ref('a') }}{% else %}{{ ref('b') }}{% endif %}",
        ["1:17 ref('a')", "1:41 ref('b') if False"],
    ),
    "elif and else": (
        "{% if x %}{{ f(1) }}{% elif y %}{{ f(2) }}{% else %}{{ f(3) }}{% endif %}",
        ["1:14 f(1) if x", "1:36 f(2) if not(x) and y", "1:56 f(3) if not(x) and not(y)"],
    ),
    "elif of a constant": (
        "{% if 1 == 2 %}{{ f(1) }}{% elif 1 == 1 %}{{ f(2) }}{% else %}{{ f(3) }}{% endif %}",
        ["1:19 f(1) if False", "1:46 f(2)", "1:66 f(3) if False"],
    ),
    "nested if": ("{% if x %}{% if y %}{{ f(1) }}{% endif %}{% endif %}", ["1:24 f(1) if x and y"]),
    "a call in the condition": ("{% if f(1) %}{% elif f(2) %}{% endif %}", ["1:7 f(1)", "1:22 f(2) if not(f(1))"]),
    "set in one branch": (
        "{% set t = 'a' %}{% if x %}{% set t = 'b' %}{% endif %}{{ ref(t) }}",
        ["1:59 ref(if(x, 'b', 'a'))"],
    ),
    "set in both branches": (
        "{% if x %}{% set t = 'a' %}{% else %}{% set t = 'a' %}{% endif %}{{ ref(t) }}",
        ["1:69 ref('a')"],
    ),
    "set in elif": (
        "{% if x %}{% set t = 'a' %}{% elif y %}{% set t = 'b' %}{% endif %}{{ f(t) }}",
        ["1:71 f(if(x, 'a', if(y, 'b', t)))"],
    ),
    "set in a branch that is taken": (
        "{% if true %}{% set t = 'a' %}{% else %}{% set t = 'b' %}{% endif %}{{ ref(t) }}",
        ["1:72 ref('a')"],
    ),
    "set in a branch that is not taken": (
        "{% set t = 'a' %}{% if execute %}{% set t = 'b' %}{% endif %}{{ ref(t) }}",
        ["1:65 ref('a')"],
    ),
    "execute": ("{% if execute %}{{ f(1) }}{% else %}{{ f(2) }}{% endif %}", ["1:20 f(1) if False", "1:40 f(2)"]),
    "is_incremental": (
        "{% if is_incremental() %}{{ f(1) }}{% endif %}{% if not is_incremental() %}{{ f(2) }}{% endif %}",
        ["1:7 is_incremental()", "1:29 f(1) if False", "1:57 is_incremental()", "1:79 f(2)"],
    ),
    "run_query": (
        "{% set r = run_query('select 1') %}{% if r %}{{ f(1) }}{% endif %}{{ f(r.columns[0].values()) }}",
        ["1:12 run_query('select 1')", "1:49 f(1) if None", "1:70 f(None)"],
    ),
    # for
    "for over literals": ("{% for x in ['a', 'b'] %}{{ ref(x) }}{% endfor %}", ["1:29 ref('a')", "1:29 ref('b')"]),
    "for over a set list": ("{% set l = ['a'] %}{% for x in l %}{{ ref(x) }}{% endfor %}", ["1:39 ref('a')"]),
    "for over a tuple": ("{% for x in ('a', 'b') %}{{ ref(x) }}{% endfor %}", ["1:29 ref('a')", "1:29 ref('b')"]),
    "for over a dict": ("{% for x in {'a': 1} %}{{ ref(x) }}{% endfor %}", ["1:27 ref('a')"]),
    "for over pairs": (
        "{% for x, y in [('a', 1), ('b', 2)] %}{{ ref(x, v=y) }}{% endfor %}",
        ["1:42 ref('a', v=1)", "1:42 ref('b', v=2)"],
    ),
    "for over parts": (
        "{% for x in [p, 'b'] %}{{ ref(x) }}{% endfor %}",
        ["1:27 ref(an item of [p, 'b'])" + " if a loop over [p, 'b']"],
    ),
    "for over nothing": (
        "{% for x in [] %}{{ f(1) }}{% else %}{{ f(2) }}{% endfor %}",
        ["1:21 f(1) if False", "1:41 f(2)"],
    ),
    "for with an else that is not taken": (
        "{% for x in [1] %}{{ f(x) }}{% else %}{{ f(2) }}{% endfor %}",
        ["1:22 f(1)", "1:42 f(2) if False"],
    ),
    "for over a query": (
        "{% for x in run_query('q') %}{{ f(1) }}{% endfor %}",
        ["1:13 run_query('q')", "1:33 f(1) if False"],
    ),
    "for over something": (
        "{% for x in y %}{{ ref(x) }}{% else %}{{ f(2) }}{% endfor %}",
        ["1:20 ref(an item of y) if a loop over y", "1:42 f(2) if a loop over y"],
    ),
    "for over a variable": (
        "{% for x in var('l') %}{{ ref(x) }}{{ f(1) }}{% else %}{{ f(2) }}{% endfor %}",
        ["1:27 ref(an item of var('l')) if var('l')", "1:39 f(1) if var('l')", "1:59 f(2) if not(var('l'))"],
    ),
    "for over a variable with a condition": (
        "{% for x in var('l') if x %}{{ f(1) }}{% endfor %}",
        ["1:32 f(1) if a loop over var('l')"],
    ),
    "for over a range": (
        "{% for x in range(2) %}{{ f(x) }}{% endfor %}\n{% for x in range(1, 6, 3) %}{{ f(x) }}{% endfor %}",
        ["1:27 f(0)", "1:27 f(1)", "2:33 f(1)", "2:33 f(4)"],
    ),
    "for over a range that nobody knows": (
        "{% for x in range(n) %}{{ f(1) }}{% endfor %}",
        ["1:13 range(n)", "1:27 f(1) if a loop over range(n)"],
    ),
    "for over a range that is too long": (
        "{% for x in range(9999999999999999999999) %}{{ f(1) }}{% endfor %}",
        [
            "1:13 range(9999999999999999999999)",
            "1:48 f(1) if a loop over range(9999999999999999999999)",
        ],
    ),
    "a range without end or step": (
        "{{ range() }}{{ range(1, 2, 0) }}{{ range(1, 2, 3, 4) }}",
        ["1:4 range()", "1:17 range(1, 2, 0)", "1:37 range(1, 2, 3, 4)"],
    ),
    "for over a text": (
        "{% for x in 'ab' %}{{ ref(x) }}{% endfor %}",
        ["1:23 ref(an item of 'ab') if a loop over 'ab'"],
    ),
    "for with a condition": (
        "{% for x in ['a'] if f(x) %}{{ ref(x) }}{% endfor %}",
        ["1:22 f(an item of ['a']) if a loop over ['a']", "1:32 ref(an item of ['a']) if a loop over ['a']"],
    ),
    "for that is left": (
        "{% for x in ['a', 'b'] %}{% if x == 'b' %}{% break %}{% endif %}{{ ref(x) }}{% endfor %}",
        ["1:68 ref(an item of ['a', 'b']) if a loop over ['a', 'b']"],
    ),
    "for that is cut short": (
        "{% for x in ['a'] %}{% continue %}{{ ref(x) }}{% endfor %}",
        ["1:38 ref(an item of ['a']) if a loop over ['a']"],
    ),
    "for that calls itself": (
        "{% for x in ['a'] recursive %}{{ ref(x) }}{{ loop(['b']) }}{% endfor %}",
        ["1:34 ref(an item of ['a']) if a loop over ['a']"],
    ),
    "loop variable": ("{% for x in [1] %}{{ f(loop.index) }}{% endfor %}", ["1:22 f(loop.index)"]),
    "set inside a loop is not seen after it": (
        "{% set t = 'a' %}{% for x in [1] %}{% set t = 'b' %}{% endfor %}{{ ref(t) }}",
        ["1:68 ref('a')"],
    ),
    "nested loops": (
        "{% for x in ['a', 'b'] %}{% for y in [1, 2] %}{{ f(x, y) }}{% endfor %}{% endfor %}",
        ["1:50 f('a', 1)", "1:50 f('a', 2)", "1:50 f('b', 1)", "1:50 f('b', 2)"],
    ),
    "a macro from a loop": (
        "{% for x in ['a', 'b'] %}{{ context[x]() }}{% endfor %}",
        ["1:1 a()", "1:1 b()"],
    ),
    # call blocks and other scopes
    "call block": (
        "{% call statement('x') %}{{ ref('a') }}{% endcall %}",
        ["1:9 statement('x')", "1:29 ref('a') inside statement"],
    ),
    "call block of something": ("{% call m['x']() %}{{ ref('a') }}{% endcall %}", ["1:23 ref('a') inside ?"]),
    "call block with arguments": (
        "{% set x = 'a' %}{% call(x) m() %}{{ ref(x) }}{% endcall %}",
        ["1:29 m()", "1:38 ref(the argument x of caller()) inside m"],
    ),
    "set inside a call block": (
        "{% set x = 'a' %}{% call m() %}{% set x = 'b' %}{% endcall %}{{ ref(x) }}",
        ["1:26 m()", "1:65 ref('a')"],
    ),
    "with": (
        "{% set x = 'a' %}{% with x = 'b', y = x %}{{ f(x, y) }}{% endwith %}{{ ref(x) }}",
        ["1:46 f('b', 'a')", "1:72 ref('a')"],
    ),
    # mutation
    "append": (
        "{% set l = ['a'] %}{% do l.append('b') %}{% for x in l %}{{ ref(x) }}{% endfor %}",
        ["1:61 ref(x, which is changed in place) if a loop over l"],
    ),
    "append by set": ("{% set l = ['a'] %}{% set _ = l.append('b') %}{{ ref(l[0]) }}", ["1:50 ref(l[0])"]),
    "append after use": ("{% set l = ['a'] %}{{ ref(l[0]) }}{% do l.append('b') %}", ["1:23 ref(l[0])"]),
    "append under another name": (
        "{% set l = ['a'] %}{% set m = l %}{% set n = m %}{% do n.append('b') %}{{ ref(l[0]) }}",
        ["1:75 ref(l[0])"],
    ),
    "append inside a list": (
        "{% set l = ['a'] %}{% set m = [l] %}{% do m[0].append('b') %}{{ ref(l[0]) }}",
        ["1:65 ref(l[0])"],
    ),
    "append inside a dict": (
        "{% set d = {'k': ['a']} %}{% do d.k.append('b') %}{{ ref(d.k[0]) }}",
        ["1:54 ref(d.k[0])"],
    ),
    "append to one of two": (
        "{% set l = ['a'] %}{% set m = (l if x else z) or {'k': l} %}{% do m.append('b') %}{{ ref(l[0]) }}",
        ["1:86 ref(l[0])"],
    ),
    "append to one or nothing": (
        "{% set l = ['a'] %}{% set m = l if x %}{% do m.append('b') %}{{ ref(l[0]) }}",
        ["1:65 ref(l[0])"],
    ),
    "append to a parameter": (
        "{% macro m(l) %}{% do l.append('b') %}{{ ref(l[0]) }}{% endmacro %}",
        ["1:42 ref(l[0])"],
    ),
    "append to something": ("{% do f().append('b') %}{% set l = ['a'] %}{{ ref(l[0]) }}", ["1:7 f()", "1:47 ref('a')"]),
    "append to a list in a loop": (
        "{% set l = ['a'] %}{% for m in [l] %}{% do m.append('b') %}{% endfor %}{{ ref(l[0]) }}",
        ["1:75 ref(l[0])"],
    ),
    "append of a value leaves it known": (
        "{% set x = 'a' %}{% set l = [] %}{% do l.append(x) %}{{ ref(x) }}",
        ["1:57 ref('a')"],
    ),
    "append in another macro": (
        "{% macro m() %}{% set l = [] %}{% do l.append(1) %}{% endmacro %}{% set l = ['a'] %}{{ ref(l[0]) }}",
        ["1:88 ref(l[0])"],
    ),
    "update": ("{% set d = {} %}{% do d.update({'enabled': false}) %}{{ config(**d) }}", ["1:57 config(*d)"]),
}


@pytest.mark.parametrize(("source", "expected"), CASES.values(), ids=CASES.keys())
def test_calls(source: str, expected: list[str]) -> None:
    assert _calls(source) == expected


def test_a_list_with_a_parameter_is_unrolled() -> None:
    assert _calls("{% macro m(p) %}{% for x in [p, 'b'] %}{{ ref(x) }}{% endfor %}{% endmacro %}") == [
        "1:43 ref(p)",
        "1:43 ref('b')",
    ]


def test_long_loops_are_not_unrolled() -> None:
    items = ", ".join(f"'m{number}'" for number in range(600))
    loop = f"{{% for x in [{items}] %}}{{{{ ref(x) }}}}{{% endfor %}}"
    assert len(_calls(loop)) == 600
    told = _calls(loop + loop)
    assert len(told) == 601
    assert "a loop over" in told[-1]


DEFINITIONS = """\
{{ ref('body') }}
{% macro plain() %}{{ ref('a') }}{% endmacro %}
{% macro arguments(a, b='x', c=var('v'), d=[1]) %}{{ ref(a, b) }}{% endmacro %}
{% test generic(model, column_name) %}{{ f(model) }}{% endtest %}
{% snapshot history %}{{ config(strategy='check') }}{% endsnapshot %}
{% docs told %}nothing{% enddocs %}
{% materialization made, default %}{{ f() }}{% endmaterialization %}
{% if x %}{% macro hidden() %}{% macro inner() %}{% endmacro %}{% endmacro %}{% endif %}
"""


def test_blocks_in_order_of_appearance() -> None:
    blocks = _blocks(DEFINITIONS)
    assert [(block.kind, block.name, block.line) for block in blocks] == [
        ("body", "", 1),
        ("macro", "plain", 2),
        ("macro", "arguments", 3),
        ("test", "generic", 4),
        ("snapshot", "history", 5),
        ("docs", "told", 6),
        ("materialization", "made", 7),
        ("macro", "inner", 8),
        ("macro", "hidden", 8),
    ]
    assert [_call(call) for call in blocks[0].calls] == ["1:4 ref('body')"]
    assert [_call(call) for call in blocks[2].calls] == ["3:54 ref(a, b)"]
    assert blocks[2].params == (("a", None), ("b", Const("x")), ("c", Var("v", None)), ("d", Const([1])))


def test_what_is_set_outside_is_not_known_inside_a_macro() -> None:
    source = "{% set x = 'a' %}{% macro m() %}{{ ref(x) }}{% endmacro %}{{ ref(x) }}"
    assert sorted(_calls(source)) == ["1:36 ref(x)", "1:62 ref('a')"]


def test_a_macro_that_calls_itself_is_read_once() -> None:
    assert _calls("{% macro m(n) %}{{ m(n) }}{% endmacro %}") == ["1:20 m(n)"]


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("{{ ref('a') ", 1, "unexpected end of template"),
        ("select\n{{ ref('a' }}", 2, "unexpected '}'"),
        ("\n\n{% if x %}", 3, "Unexpected end of template"),
        ("{% endif %}", 1, "unknown tag 'endif'"),
        ("{{ " + "(" * 3000, 1, "nests too deeply"),
        ("{{ " + "+".join(["1"] * 3000) + " }}", 1, "nests too deeply"),
        ("{{ " + "9" * 5000 + " }}", 1, "too long to be read"),
    ],
    ids=["end", "bracket", "open if", "lone endif", "brackets", "long sum", "digits"],
)
def test_what_cannot_be_parsed_has_its_line(source: str, line: int, said: str) -> None:
    facts = walker.read(source)
    assert facts.blocks == ()
    assert facts.error is not None
    assert facts.error[0] == line
    assert said in facts.error[1]


@pytest.mark.parametrize(
    "line",
    [
        "{% set x = x ~ x %}",
        "{% set x = [x, x] %}",
        "{% set x = [x] %}",
        "{% set x = var('v', [x, x]) %}",
        "{% if p %}{% set x = x ~ 'y' %}{% endif %}",
        "{% set x = {'k': x, 'l': x} %}",
    ],
)
@pytest.mark.parametrize("start", ["'x'", "p"])
def test_values_that_grow_with_every_line_stay_small(line: str, start: str) -> None:
    (call,) = _blocks(f"{{% macro m(p) %}}{{% set x = {start} %}}{line * 200}{{{{ ref(x) }}}}{{% endmacro %}}")[1].calls
    assert len(describe(call.args[0])) < 30_000


def test_parameters_are_open() -> None:
    (call,) = _blocks("{% macro m(p) %}{{ ref(p ~ '_x') }}{% endmacro %}")[1].calls
    assert call.args == (Op("~", (Param("p"), Const("_x"))),)

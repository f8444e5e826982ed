"""Templates without their flag: rendered, they say what they said with the flag that way; other bytes are kept."""

from __future__ import annotations

import random

import pytest
from jinja2 import Environment

from ringfence.text.flagcode import clean
from ringfence.text.tags import TemplateError, tags_of


class _Ours:
    """What the macros of the dbt package are to a template, with every flag one way."""

    def __init__(self, *, keep: bool) -> None:
        self.keep = keep

    def flag(self, name: str) -> bool:
        assert name
        return self.keep

    def kill(self, name: str) -> bool:
        assert name
        return False

    def variation(self, name: str, off: object, on: object) -> object:
        assert name
        return on if self.keep else off

    def rollout(self, name: str, off: object, on: object, key: str = "", percent: float = 0) -> object:
        assert all(one is not None for one in (name, key, percent))
        return on if self.keep else off


def rendered(text: str, *, keep: bool) -> str:
    environment = Environment(extensions=["jinja2.ext.do"])
    values = {"ref": lambda name: f"db.{name}", "a": True, "b": False, "items": [1, 2], "ringfence": _Ours(keep=keep)}
    return environment.from_string(text).render(values)


F = "ringfence.flag('x')"
CASES = {
    "if": (f"1{{% if {F} %}}A{{% endif %}}2", "1A2", "12"),
    "else": (f"1{{% if {F} %}}A{{% else %}}B{{% endif %}}2", "1A2", "1B2"),
    "not": (f"1{{% if not {F} %}}A{{% else %}}B{{% endif %}}2", "1B2", "1A2"),
    "lines": (
        f"select\n{{% if {F} %}}\n    a,\n{{% else %}}\n    b,\n{{% endif %}}\n    c\n",
        "select\n    a,\n    c\n",
        "select\n    b,\n    c\n",
    ),
    "a line with more": (
        f"select {{% if {F} %}}\n  a\n{{% endif %}} , c",
        "select \n  a\n , c",
        "select  , c",
    ),
    "strips": (f"1 \n{{%- if {F} -%}} \n A {{%- else -%}} B {{% endif -%}}\n 2", "1A2", "1B 2"),
    "elif first": (
        f"{{% if {F} %}}A{{% elif a %}}B{{% else %}}C{{% endif %}}",
        "A",
        "{% if a %}B{% else %}C{% endif %}",
    ),
    "elif strips": (
        f"1 {{%- if {F} %}}A{{% elif b %}}B{{%- else %}}C{{% endif %}}",
        "1A",
        "1 {%- if b %}B{%- else %}C{% endif %}",
    ),
    "elif middle": (
        f"{{% if b %}}A {{% elif {F} %}}B {{%- else %}}C{{% endif %}}",
        "{% if b %}A {% else %}B {%- endif %}",
        "{% if b %}A {% else %}C{% endif %}",
    ),
    "elif last": (
        f"{{% if b %}}A{{%- elif {F} %}}B{{% endif %}}",
        "{% if b %}A{%- else %}B{% endif %}",
        "{% if b %}A{%- endif %}",
    ),
    "nested": (
        f"{{% if {F} %}}{{% if a %}}{{% if not {F} %}}{{% endif %}}{{% endif %}}{{% else %}}{{{{ {F} }}}}{{% endif %}}",
        "{% if a %}{% endif %}",
        "{{ false }}",
    ),
    "between those that strip": (
        f"1 {{% if {F} %}} {{%- endif %}} 2 {{{{ 3 -}}}} {{% if {F} %}}A{{% endif %}} 4",
        "1  2 {{ 3 -}} A 4",
        "1  2 {{ 3 -}} {##} 4",
    ),
    "loop": (
        f"{{% for i in items %}}{{% if {F} %}}{{{{ i }}}}{{% endif %}}{{% else %}}none{{% endfor %}}",
        "{% for i in items %}{{ i }}{% else %}none{% endfor %}",
        "{% for i in items %}{% else %}none{% endfor %}",
    ),
    "with more": (
        f"{{% if {F} and a %}}A{{% endif %}}",
        "{% if true and a %}A{% endif %}",
        "{% if false and a %}A{% endif %}",
    ),
    "set": (f"{{% set on = {F} %}}{{{{ on }}}}", "{% set on = true %}{{ on }}", "{% set on = false %}{{ on }}"),
    "inline": (f"{{{{ 'A' if {F} else 'B' }}}}", "{{ 'A' }}", "{{ 'B' }}"),
    "inline not": (f"{{{{ 1 + 2 if not {F} else 3 }}}}", "{{ 3 }}", "{{ 1 + 2 }}"),
    "inline alone": (f"{{{{ 'A' if {F} }}}}", "{{ 'A' }}", "{{ '' }}"),
    "inline argument": (f"{{{{ ref('A' if {F} else 'B') }}}}", "{{ ref('A') }}", "{{ ref('B') }}"),
    "inline set": (
        f"{{% set n = 'A' if {F} else 'B' %}}{{{{ n }}}}",
        "{% set n = 'A' %}{{ n }}",
        "{% set n = 'B' %}{{ n }}",
    ),
    "inline in inline": (
        f"{{{{ 'X' if b else 'A' if {F} else 'B' }}}}",
        "{{ 'X' if b else 'A' }}",
        "{{ 'X' if b else 'B' }}",
    ),
    "inline before inline": (
        f"{{{{ 'A' if {F} else 'B' if b else 'C' }}}}",
        "{{ 'A' }}",
        "{{ 'B' if b else 'C' }}",
    ),
    "inline odd": (
        f"{{{{ 'A' if a if {F} else 'B' }}}}",
        "{{ 'A' if a if true else 'B' }}",
        "{{ 'A' if a if false else 'B' }}",
    ),
    "inline compared": (
        f"{{{{ 'A' if {F} == a else 'B' }}}}",
        "{{ 'A' if true == a else 'B' }}",
        "{{ 'A' if false == a else 'B' }}",
    ),
    "filter of a loop": (
        f"{{% for i in items if {F} %}}{{{{ i }}}}{{% endfor %}}",
        "{% for i in items if true %}{{ i }}{% endfor %}",
        "{% for i in items if false %}{{ i }}{% endfor %}",
    ),
    "variation": (
        "from {{ ringfence.variation('x', off=ref('A'), on=ref('B')) }} as o",
        "from {{ ref('B') }} as o",
        "from {{ ref('A') }} as o",
    ),
    "by position": ("{{ ringfence.variation('x', ref('A'), ref('B'),) }}", "{{ ref('B') }}", "{{ ref('A') }}"),
    "over lines": (
        "from {{ ringfence.rollout(\n  name='x',\n  on=ref('B'),\n  off=ref('A'),\n  key='id', percent=5\n) }}",
        "from {{ ref('B') }}",
        "from {{ ref('A') }}",
    ),
    "operators": (
        "{{ ringfence.variation('x', off=1 + 1, on=[2, 3][0]) * 2 }}",
        "{{ [2, 3][0] * 2 }}",
        "{{ (1 + 1) * 2 }}",
    ),
    "attributes": (
        "{{ ringfence.variation('x', off=-1, on='b'.upper()) }}",
        "{{ 'b'.upper() }}",
        "{{ (-1) }}",
    ),
    "a dict": ("{{ ringfence.variation('x', {'A': 1}, on={'A': 2}).A }}", "{{ ({'A': 2}).A }}", "{{ ({'A': 1}).A }}"),
    "in each other": (
        "{{ ringfence.variation('x', off=ringfence.variation('x', 1, 2), on=ringfence.variation('x', 3, 4)) }}",
        "{{ 4 }}",
        "{{ 1 }}",
    ),
    "kill": (f"{{% if ringfence.kill('x') %}}A{{% else %}}B{{% endif %}}{{{{ {F} }}}}", "B{{ true }}", "B{{ false }}"),
    "other flags": ("{{ ringfence.flag('y') }}{# ringfence.flag('x') #}", None, None),
    "raw": ("{% raw %}{{ ringfence.flag('x') {% endraw %}{%- raw -%}{{{%- endraw -%}", None, None),
    "quotes": ("{{ \"ringfence.flag('x') %}\" }}{{ '}}' }}", None, None),
    "windows": (f"1\r\n{{% if {F} %}}\r\nA\r\n{{% endif %}}\r\n2\r\n", "1\r\nA\r\n2\r\n", "1\r\n2\r\n"),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("keep", [True, False])
def test_what_a_template_becomes(name: str, keep: bool) -> None:
    text, on, off = CASES[name]
    expected = on if keep else off
    cleaned = clean(text, "x", keep=keep)
    assert cleaned.text == (text if expected is None else expected)
    assert rendered(cleaned.text, keep=keep).split() == rendered(text, keep=keep).split()
    assert bool(cleaned.constants) == (cleaned.text != text and ("true" in cleaned.text or "false" in cleaned.text))


def test_lines_of_constants() -> None:
    assert clean(f"1\n{{% if {F} or a %}}{{% endif %}}\n2\n{{{{ {F} }}}}", "x", keep=True).constants == (2, 4)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ ringfence.flag('x')", "a tag that begins in line 1 never ends"),
        ("\n{# x", "a comment that begins in line 2 never ends"),
        ("{% raw %}", "a raw block that begins in line 1 never ends"),
        ("{{ ringfence.variation('x', **sides) }}", "the arguments of ringfence.variation() cannot be told"),
        ("{{ ringfence.variation(*sides) }}", "the arguments of ringfence.variation() cannot be told"),
        ("{{ ringfence.variation('x', off=1) }}", "ringfence.variation() lacks the side that is kept"),
        ("{{ ringfence.flag('x', a.b) }}", "the arguments of ringfence.flag() cannot be told"),
        ("\ufdd0", "it holds a character that stands for none"),
        pytest.param(
            "{{ ringfence.flag('x') }}" * 1_001, "it asks for x more than 1,000 times", marks=pytest.mark.slow
        ),
    ],
)
def test_what_cannot_be_told_is_refused(text: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=f"^{reason.replace('(', '[(]').replace(')', '[)]')}$"):
        clean(text, "x", keep=True)


def _template(source: random.Random, depth: int = 0) -> str:
    parts = []
    for _ in range(source.randint(1, 3)):
        dash = [source.choice(["", "", "-"]) for _ in range(8)]
        test = source.choice([F, f"not {F}", "a", "b", f"{F} and a", "ringfence.kill('x')", "ringfence.flag('x') == b"])
        other = source.choice([F, "b", "a"])
        inner = [_template(source, depth + 1) if depth < 3 else " t " for _ in range(3)]
        parts.append(
            source.choice(
                [
                    " text\n",
                    f"{{{{ 'A' if {test} else 'B' }}}} ",
                    "{{ ringfence.variation('x', off='o', on='n') }}\n",
                    f"{{%{dash[0]} if {test} {dash[1]}%}} {inner[0]}\n{{%{dash[2]} endif {dash[3]}%}}\n",
                    (
                        f"{{%{dash[0]} if {test} {dash[1]}%}} {inner[0]}\n"
                        f"{{%{dash[2]} elif {other} {dash[3]}%}}{inner[1]}"
                        f"{{%{dash[4]} else {dash[5]}%}}\n{inner[2]} {{%{dash[6]} endif {dash[7]}%}}"
                    ),
                ]
            )
        )
    return "".join(parts)


@pytest.mark.parametrize("seed", range(300))
def test_random_templates_render_the_same(seed: int) -> None:
    text = _template(random.Random(seed))
    for keep in (True, False):
        cleaned = clean(text, "x", keep=keep).text
        assert "ringfence" not in cleaned
        assert rendered(cleaned, keep=keep).split() == rendered(text, keep=keep).split()
        assert len(tags_of(cleaned)) <= len(tags_of(text))

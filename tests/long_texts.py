"""Texts that repeat one pattern: what a rule that looks back, ahead or around needs more than linear time for."""

# ruff: noqa: W291  # spaces at the end of a pattern are part of it

from __future__ import annotations

from itertools import zip_longest

_WORDS = """a
word 
The council said no. 
No
I. 
He said. 
Mr. 
U.S. 
e.g. i.e. 
Smith 
Anna Smith 
Anna Maria Smith-Jones of Kent, 
the the the 
of the council of 
that that 
said that he said that 
, he said, 
, who said, 
because if when 
and 
or, 
not 
no no 
would would 
should be 
against the plan, for the plan, 
supports opposes supports 
criticised praised 
He was against it. She was for it. 
according to 
According to Smith, according to Jones, 
Smith told Jones, Jones told Smith, 
Smith, 45, of Kent, said Jones, 46, of Essex, said """

_NUMBERS = """1
1 
1,
1,000,
1.
1.1.1.
1-
1/
1 to 
from 1 to 
between 1 and 
1%
1% 
$
$1 
$1bn to £2m 
€
US$1 million 
one 
one hundred and 
hundred 
thousand million 
twenty-
a dozen 
half 
third 
first second 
1st 
2024 
in 2024 
12 May 2024, 
May 
last year 
12:30 
+44 20 
192.168.0.1 
10.1000/
IBAN 
1 km 2 km 
1 per 
1 per year per 
tonnes a year a 
more than 
at least 1, at most 2, 
rose by 1 to 2 
about about 
1 in 
(1) 
[1] 
1e5
½
²
٣
五
-1 
–1
1–2–3
 1 000 000
1'000'"""

_MARKS = """“
”
"
'
’
“Yes,” he said. “No,” she said. 
"Yes," he said. "No," she said. 
“Yes” “No” 
“Yes,” “no,” 
« oui » 
„ja“ 
"a 
(
)
((
()
[
{
{"
```{
```json
<
<b>
</b>
<!--
&amp;
&
…
...
. 
.
!
?! 
:
: 
;
—
 — 
-
_
*
**a** 
# 
| 
/
\\
@
a@b.c 
http://a.b/c 
https://
www.
\N{NO-BREAK SPACE}
\N{ZERO WIDTH SPACE}
\N{COMBINING ACUTE ACCENT}
‹f1›
[1] """

_LINES = (
    " ",
    "\n",
    "\n\n",
    " \n",
    "\t",
    "a\n",
    "a\n\n",
    "No.\n\n",
    "- item\n",
    "Q: Why?\nA: No.\n",
    "Anna Smith: Yes.\nBen Jones: No.\n",
    "Read more: a\n\n",
    "By Anna Smith\n\n",
    "LONDON (Reuters) - ",
    "“No.\n\n",
    '"No,\n\n',
    "The price rose by 5% to $10 in 2024, Smith said.\n\n",
    "Smith said the plan would cost $1bn. Jones opposed the plan. ",
)


_ROWS = """12,
000.
000 
000,
0001,
1 ± 
1 foot 1 inch 
£1 10p 
one hundred 
million one 
one hundred thousand 
1 1/2 
2024-05-12 
$1, $2 and $3 
the minister said the minister said 
Mr. Smith, Mrs. 
A. B. 
O’Brien’s 
s' 
’s 
a-b-
a&b&
a1
1a
aa.
A
é
.”
.’
.)
?”
.[1]
. »
“No. 
“No ” 
‘No’ 
he said “
Anna Smith lives in Kent. 
‹f1› 
<p>a
<td> 
<td>a
<a href=b>
<i>
<pre> 
</div>
<script>
<![CDATA[
&#1;
```
} ```
}```{
{"a":
[[
\\"
> 
>
1 of the 1 
between May and 
half a half 
not only but 
who whom 
Smith — Jones — """

_LONG_LINES = (
    "```\n",
    "---\n",
    "a: b\n",
    "- a: ",
    "? ",
    "*a ",
    "&a ",
    "\f",
    "\u2028",
    ">\n",
    "> a\n",
    "\u0301\u0323",
    "\u200d",
    "\ufdfa",
    "\U0001f469\u200d",
)

ANOTHER = "\N{DOTTED CIRCLE}"
"""Stands for another name each time: what is kept for each name of a text must not be walked through for each of them."""

_NAMES = (
    "◌ ",
    "Anna ◌ ",
    "Anna ◌, ",
    "◌ opposed the plan. ",
    "Anna ◌ supports Ben ◌. ",
    "“No,” said ◌. ",
    "“◌ is it,” he said. “◌.” ",
    "◌ told ◌ that ◌ rose 5%. ",
    "According to Anna ◌, 5% of ◌ supports ◌. ",
    "By Anna ◌\n\n",
    "◌: No.\n◌: Yes.\n",
    "The ◌ minister said the ◌ would cost $5. ",
)

NUMBER = "\N{NUMERO SIGN}"
"""Stands for another number each time."""

_COUNTED = ("w№ ", "№ ", "Anna№ said ", "The price rose by №% in May. ", "$1.№ bn ", "N№. ", "by Ben№ ", "“no №” ")


def _patterns() -> tuple[str, ...]:
    """All patterns, in turn one of each sort, so that the first hundred are of all sorts."""
    sorts = [block.split("\n") for block in (_WORDS, _NUMBERS, _MARKS, _ROWS)]
    rounds = zip_longest(_COUNTED, _NAMES, _LONG_LINES, _LINES, *sorts)
    return tuple(dict.fromkeys(pattern for each in rounds for pattern in each if pattern is not None))


PATTERNS = _patterns()


def _name(number: int) -> str:
    """A name of six letters, another one for each number."""
    return "".join(chr(ord("a") + number // 26**place % 26) for place in range(6)).capitalize()


def repeated(pattern: str, characters: int) -> str:
    """`pattern` over and over to `characters`, between two ordinary sentences, so that there is an article to be read."""
    times = characters // len(pattern) + 1
    body = pattern * times
    if ANOTHER in pattern or NUMBER in pattern:
        body = "".join(pattern.replace(ANOTHER, _name(n)).replace(NUMBER, str(n)) for n in range(times))
    body = body[:characters]
    return f"The council said on Monday that the bridge would cost 12 million euros. {body}\n\nThe mayor said it was too much.\n"

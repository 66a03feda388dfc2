"""Texts that repeat one pattern: what a rule that looks back, ahead or around needs more than linear time for."""

from __future__ import annotations

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


def _patterns() -> tuple[str, ...]:
    lines = [line for block in (_WORDS, _NUMBERS, _MARKS) for line in block.split("\n")]
    return tuple(dict.fromkeys([*lines, *_LINES]))


PATTERNS = _patterns()


def repeated(pattern: str, characters: int) -> str:
    """`pattern` over and over to `characters`, between two ordinary sentences, so that there is an article to be read."""
    body = (pattern * (characters // len(pattern) + 1))[:characters]
    return f"The council said on Monday that the bridge would cost 12 million euros. {body}\n\nThe mayor said it was too much.\n"

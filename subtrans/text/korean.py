"""Two Korean words in; how badly a line would break between them, by the ending of the first, out."""

from __future__ import annotations

import re


def cost_korean(before: str, after: str) -> int:
    """From 0, behind a sentence, to 115, inside of what means nothing without the rest.

    The ending of a word tells what it is to the next: of a clause that goes on, of what is spoken of, or of what
    describes the next word. How often people break subtitles behind each (talks by 3Blue1Brown, in community subtitles)
    set the order of the costs.
    """
    if _DEPENDENT.fullmatch(after) or _AUXILIARY.match(f"{before} {after}") or _DESCRIBES.fullmatch(before):
        return 115
    if _ENDS_CLAUSE.search(before):
        return 0 if before.endswith("니다") else 15
    if _ADDRESSES.fullmatch(before):
        return 80
    return 45 if _SPOKEN_OF.search(before) else 60


# Nouns that mean nothing alone, with any particle; what says of a verb that it is, is not, goes on, or is wished for.
_DEPENDENT = re.compile(
    "(?:것|거|게|걸|건|겁|수|줄|때|때문|만큼|대로|뿐|데|채|듯|바|리|적|중|번|번째|개|명|대해|대한|위해|위한)"
    "(?:이|가|은|는|을|를|과|와|에|의|도|만|로|으로|에서|까지|부터|마다|처럼|보다|이나|들|인|일|이고|이며|이다|입니다"
    "|이에요|예요|니다)?\\W*"
)
_AUXILIARY = re.compile(
    "\\S*(?:(?:[고지어아여해야]|수|적|줄|리) (?:있|없|않|싶|못하|합니다|됩니다)|야 [하할한해했되될된됐됩]|것 같"
    "|면 (?:좋|안|되|됩)|[이가] 아[니닌닙])"
)
_DESCRIBES = re.compile(
    "이|그|저|두|세|네|한|각|더|또|안|못|잘|매우|아주|가장|모든|어떤|다른|같은|많은|이런|그런|저런|어느|무슨|여러|몇|약|바로"
    "|너무|정말|하지만|그리고|그러나|그런데|그래서|그러면|그러므로|만약|예를"
    "|\\S*(?:러한|로운|스러운|적인|[가-힣]의|적|될|할|인)"
)
_ENDS_CLAUSE = re.compile(
    "(?:[니습]다|지만|[가-힣]면|[해아어여]서|니까|므로|때문에|위해|려고|도록|[는은인]데|거나|때|[하되이]고|[아어해여]요|죠|까)$"
)
# A subject, or what somebody says.
_ADDRESSES = re.compile("(?:우리|저희|여러분|당신|제|내|네|그|그들)[가이]|\\S+[라다]고")
_SPOKEN_OF = re.compile("(?:[가-힣](?:은|는|이|가)|에서|에게|에는|처럼|에서는|으로|고|며|대해)$")

"""The small words and the marks that tell where a sentence ends and where a line may break."""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


OPENING, CLOSING = "“‘«‹([{（［｛「『【〔〈《〖¿¡„‚", "”’»›)]}）］｝」』】〕〉》〗"
"""The quotation marks and brackets that tell on which side they stand."""
OPENERS, CLOSERS = f"\"'{OPENING}-–—", f"\"'{CLOSING}"
"""What may stand before a sentence, and behind its mark."""
CLAUSE = ",;:、，；：،؛"

BINDING_ABBREVIATIONS = _set(
    "mr mrs ms messrs dr drs prof st mt rev hon gen col maj capt cpt lt sgt cpl cmdr adm gov sen rep pres "
    "e.g i.e eg ie vs v cf approx ca viz resp "
    "hr fr frl hrn z.b d.h u.a bzw bspw ggf evtl vgl inkl zzgl sog "
    "mme mlle mm mgr p.ex env sra sras srta srtas dra dras prof profa excmo exmo ilmo ud uds vd vds pág págs ee "
    "sig sigg sig.ra sig.na dott dott.ssa prof.ssa avv p.es "
    "dhr mevr bijv drs np tzn tzw ul św inż tzv např sv judr mudr phdr ún özv t.ex f.eks m.a.o esim doç yrd öğr "
    "d-l d-na d-lui "
    "κ κα κκ κος δρ καθ ул проф акад св тов д-р вул "
    "डॉ श्री प्रो ড ডা ডঃ ডাঃ মো திரு டாக்டர் డా శ్రీ ಡಾ ഡോ ડૉ ડો ਡਾ ดร ผศ รศ"
)
"""Without their full stop, what never ends a sentence: a name, a number or an example follows."""

OPEN_ABBREVIATIONS = _set(
    "Sr Sres Lic Ing Arq Av Avda Bd Dl Sn TP TS ThS GS Ave Blvd Rd Hwy Ft Mts Det Insp Supt Pvt Pfc Atty Msgr "
    "Mio Mrd Tsd Std Str г гр р"
)
"""As they are written, for small ones are words: they end a sentence where one begins behind them, and else none."""

NUMBERED_ABBREVIATIONS = _set(
    "no nos nr num fig figs vol vols ch chap sec art p pp pg eq op ed núm nº kl abb str стр рис гл № "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
"""They end no sentence before a number: "No. 5", "Fig. 3"."""

TRAILING_ABBREVIATIONS = _set(
    "etc al inc ltd co corp jr bros dept est usw ff osv enz dll dsb stb vb itd atd тыс млн млрд руб коп см др пр"
)
"""They end a sentence unless it goes on in lower case."""

BEFORE_ORDINALS = _set("der die das den dem des am im vom zum zur beim ins")
"""What stands before a number with a full stop that is an ordinal, as in "den 15. Mai"."""

SENTENCE_STARTERS = _set(
    "i he she it we you they the a an this that these those there here and but so or if when what who why how "
    "in on at as for to my his her our their its no yes now then well however er sie es wir ich das die und aber "
    "dann danach "
    "yo él ella ellos ellas nosotros usted pero eu ele ela eles elas você mas je il elle ils nous vous mais "
    "io lui lei loro noi ma я ты он она оно они мы вы это но а потом когда"
)
"""What begins a sentence after an abbreviation or a number, rather than going on with it."""

COORDINATING = _set("and or und oder et ou y e ed o u en of och eller i oraz lub albo и или")
"""The conjunctions that join words as well as clauses."""

UNITS = _set(
    "% ‰ ° °c °f $ € £ ¥ km m cm mm kg g mg l ml s ms h min hz khz mhz ghz kb mb gb tb px w kw v "
    "percent prozent hundred thousand million millions billion billions trillion tausend millionen milliarden mio. "
    "mrd. mille milliards mil millones milhões milioni miliardi degrees grad degrés grados meter meters metre metres "
    "mètres kilometer kilometers kilometres kilomètres miles feet inches pounds dollars euro euros uhr heures am pm "
    "a.m. p.m. years hours minutes seconds days weeks months jahre stunden minuten sekunden tage ans jours secondes"
)
"""What is never parted from the number before it."""

"""Networks as people call them, and the chain whose addresses and hashes each one uses."""

import re
from collections.abc import Iterator

from fanlight.kernel.entities.reading import Reading

# name -> (chain, how people write it); small letters, matched between borders.
_NETWORKS: dict[str, tuple[str, str]] = {
    "TRC20": (
        "tron",
        r"trc[ -]?20|tron(?: network)?|波场(?:链|网络)?|波場(?:鏈|網路)?|trx ?(?:network|网络"
        r"|網路|链|鏈)",
    ),
    "ERC20": (
        "evm",
        r"erc[ -]?20|ethereum (?:mainnet|network|chain)|eth ?(?:mainnet|network|网络|網路|链"
        r"|鏈|主网|主網)"
        r"|以太坊(?:主网|网络|链)|乙太坊(?:主網|網路|鏈)|以太坊(?:主網|網路|鏈)",
    ),
    "BEP20": (
        "evm",
        r"bep[ -]?20|\bbsc(?: ?(?:network|chain|网络|網路|链|鏈))?|bnb ?(?:smart )?(?:chain"
        r"|网络|網路|链|鏈)"
        r"|binance smart chain|币安(?:智能)?链|幣安(?:智能|智慧)?鏈",
    ),
    "BEP2": ("bnb", r"bep[ -]?2(?!\d)|bnb beacon(?: chain)?"),
    "Arbitrum": ("evm", r"arbitrum(?: one)?|\barb (?:network|chain|one)|arb ?(?:网络|網路|链|鏈)"),
    "Optimism": ("evm", r"optimism|op (?:mainnet|network|chain)|op ?(?:主网|主網|网络|網路|链|鏈)"),
    "Polygon": (
        "evm",
        r"polygon(?: ?(?:network|chain|pos|网络|網路|链|鏈))?|matic ?(?:network|chain|网络"
        r"|網路|链|鏈)",
    ),
    "Base": ("evm", r"base (?:network|chain|mainnet)|base ?(?:网络|網路|链|鏈|主网|主網)"),
    "Avalanche": (
        "evm",
        r"avalanche(?: c-?chain)?|avax ?c-?chain|avax ?(?:network|网络|網路|链|鏈)|雪崩(?:链|鏈)?",
    ),
    "zkSync": ("evm", r"zksync(?: era)?"),
    "Linea": ("evm", r"linea (?:network|mainnet)|linea ?(?:网络|網路|链|鏈)"),
    "Fantom": ("evm", r"fantom(?: opera)?|ftm ?(?:network|网络|網路|链|鏈)"),
    "Mantle": ("evm", r"mantle (?:network|mainnet)|mantle ?(?:网络|網路|链|鏈)"),
    "OKTC": ("evm", r"oktc|okx ?chain|okc(?: chain)?"),
    "Bitcoin": (
        "btc",
        r"bitcoin (?:network|mainnet|chain)|btc ?(?:network|mainnet|网络|網路|链|鏈|主网|主網)"
        r"|比特币(?:主网|网络"
        r"|链)|比特幣(?:主網|網路|鏈)|segwit|taproot|native segwit",
    ),
    "Lightning": ("btc", r"lightning(?: network)?|闪电网络|閃電網路"),
    "BRC20": ("btc", r"brc[ -]?20"),
    "Omni": ("btc", r"omni(?: ?layer)"),
    "Solana": (
        "sol",
        r"solana(?: ?(?:network|chain|网络|網路|链|鏈))?|\bspl\b|sol ?(?:network|chain|网络"
        r"|網路|链|鏈)",
    ),
    "XRP Ledger": (
        "xrp",
        r"xrpl|xrp ledger|ripple network|xrp ?(?:network|网络|網路|链|鏈)|瑞波(?:网络|網路)",
    ),
    "Stellar": (
        "xlm",
        r"stellar network|xlm ?(?:network|网络|網路)|恒星(?:网络|網路|链)|恆星(?:網路|鏈)",
    ),
    "TON": ("ton", r"the open network|toncoin network|ton ?(?:network|chain|网络|網路|链|鏈)"),
    "Litecoin": (
        "ltc",
        r"litecoin network|ltc ?(?:network|网络|網路)|莱特币网络|萊特幣網路",
    ),
    "Dogecoin": (
        "doge",
        r"dogecoin network|doge ?(?:network|网络|網路)|狗狗币(?:网络)|狗狗幣(?:網路)",
    ),
    "Bitcoin Cash": ("bch", r"bitcoin cash(?: network)?|bch ?(?:network|网络|網路)"),
    "Cardano": ("ada", r"cardano network|ada ?(?:network|网络|網路)|艾达(?:网络)"),
    "Polkadot": (
        "dot",
        r"polkadot network|dot ?(?:network|网络|網路)|波卡(?:网络|網路|链|鏈)",
    ),
    "Cosmos": ("cosmos", r"cosmos(?: ?hub)?(?: network)?|atom ?(?:network|网络|網路)"),
    "Algorand": ("algo", r"algorand(?: network)?"),
    "Sui": ("sui", r"sui ?(?:network|chain|mainnet|网络|網路|链|鏈)"),
    "Aptos": ("aptos", r"aptos(?: ?(?:network|chain|网络|網路|链|鏈))?"),
    "Near": ("near", r"near (?:protocol|network)|near ?(?:网络|網路)"),
    "Monero": ("xmr", r"monero network|门罗币网络|門羅幣網路"),
    "Kaspa": ("kas", r"kaspa(?: network)?"),
}
CHAINS = {name: chain for name, (chain, _) in _NETWORKS.items()}
NAMES = tuple(_NETWORKS)
# One of these words stands in each Latin name, first or behind one or two others.
_LATIN_HINTS = frozenset(
    (
        *(
            "trc20",
            "trc",
            "erc20",
            "erc",
            "bep20",
            "bep",
            "bep2",
            "brc20",
            "brc",
            "tron",
            "network",
        ),
        *("chain", "mainnet", "bsc", "arbitrum", "optimism", "polygon", "avalanche", "zksync"),
        *("fantom", "oktc", "okc", "segwit", "taproot", "lightning", "omni", "solana", "spl"),
        *("xrpl", "ripple", "stellar", "toncoin", "litecoin", "dogecoin", "cardano", "polkadot"),
        *("cosmos", "algorand", "aptos", "monero", "kaspa", "one", "ledger", "protocol", "cash"),
    )
)
_HAN_HINTS = re.compile(
    "网络|網路|[链鏈]|主[网網]|波[场場卡]|瑞波|[恒恆]星|雪崩|[门門][罗羅]|[闪閃][电電]|[莱萊]特"
)
_BACK = 10  # code points in which a Chinese name's beginning stands before such a word


def _ways(words: str) -> Iterator[str]:
    """The ways a network is written, one after the other."""
    depth = start = 0
    for n, character in enumerate(words):
        depth += (character in "([") - (character in ")]")
        if character == "|" and depth == 0:
            yield words[start:n]
            start = n + 1
    yield words[start:]


def _by_beginning() -> dict[str, re.Pattern[str]]:
    """For the first two characters of a name the pattern of all names that begin so."""
    begun: dict[str, dict[int, list[str]]] = {}
    for n, (_, words) in enumerate(_NETWORKS.values()):
        for way in _ways(words):
            ways = begun.setdefault(way.removeprefix(r"\b")[:2], {})
            ways.setdefault(n, []).append(way)
    return {
        beginning: re.compile(
            "(?<![a-z0-9])(?:"
            + "|".join(f"(?P<n{n}>{'|'.join(each)})" for n, each in ways.items())
            + ")(?![a-z0-9])",
            re.ASCII,
        )
        for beginning, ways in begun.items()
    }


_PATTERNS = _by_beginning()


def named_in(read: Reading) -> Iterator[tuple[str, int, int]]:
    """Name and place of each network a text names, from left to right."""
    low, end = read.low, 0
    for start in sorted(_starts(read)):
        pattern = _PATTERNS.get(low[start : start + 2])
        if start < end or pattern is None:
            continue
        found = pattern.match(low, start)
        if found is not None:
            end = found.end()
            yield NAMES[int((found.lastgroup or "n0")[1:])], start, end


def _starts(read: Reading) -> set[int]:
    """Where a name may begin: at such a word, and at the two words before it."""
    low, starts = read.low, set[int]()
    for word in read.words & _LATIN_HINTS:
        at = low.find(word)
        while at >= 0:
            start = at
            for _ in range(3):
                starts.add(start)
                start = (
                    max(low.rfind(" ", 0, max(0, start - 1)), low.rfind("-", 0, max(0, start - 1)))
                    + 1
                )
            at = low.find(word, at + 1)
    if read.has_han:
        for found in _HAN_HINTS.finditer(low):
            starts.update(range(max(0, found.start() - _BACK), found.start() + 1))
    return starts


# Explorers, whose links say which chain a hash or an address is of.
EXPLORERS = re.compile(
    r"(?P<tron>tronscan\.(?:org|io)|trx\.tokenview)|(?P<sol>solscan\.io|explorer\.solana\.com"
    r"|solana\.fm)"
    r"|(?P<btc>mempool\.space|blockstream\.info"
    r"|blockchain\.com/(?:[a-z]{2}/)?(?:explorer/)?(?:transactions/)?btc"
    r"|blockchain\.info|btc\.com|blockchair\.com/bitcoin(?!-))"
    r"|(?P<evm>(?:ether|bsc|polygon|arbi|optimistic\.ether|base|snow|fantom|ftm|linea|scroll|blast"
    r"|mantle|celo|cronos)scan\.(?:io|com|org|xyz|build)"
    r"|blockchair\.com/ethereum|oklink\.com/(?:[a-z-]+/)?(?:eth|bsc|polygon)|etherscan)"
    r"|(?P<xrp>xrpscan\.com|livenet\.xrpl\.org|bithomp\.com)|(?P<ltc>blockchair\.com/litecoin"
    r"|litecoinspace\.org)"
    r"|(?P<doge>dogechain\.info|blockchair\.com/dogecoin)|(?P<bch>blockchair\.com/bitcoin-cash)"
    r"|(?P<ton>tonscan\.org|tonviewer\.com)|(?P<ada>cardanoscan\.io)|(?P<xlm>stellar\.expert"
    r"|stellarchain\.io)"
    r"|(?P<sui>suiscan\.xyz|suivision\.xyz)|(?P<aptos>explorer\.aptoslabs\.com)"
    r"|(?P<cosmos>mintscan\.io)"
)

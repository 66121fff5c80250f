"""Networks as people call them, and the chain whose addresses and hashes each one uses."""

import re
from collections.abc import Iterator

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
        r"xrpl|xrp ledger|ripple(?: network)?|xrp ?(?:network|网络|網路|链|鏈)|瑞波(?:网络|網路)?",
    ),
    "Stellar": (
        "xlm",
        r"stellar(?: network)?|xlm ?(?:network|网络|網路)|恒星(?:网络|網路|链)|恆星(?:網路|鏈)",
    ),
    "TON": ("ton", r"the open network|toncoin(?: network)?|ton ?(?:network|chain|网络|網路|链|鏈)"),
    "Litecoin": (
        "ltc",
        r"litecoin(?: network)?|ltc ?(?:network|网络|網路)|莱特币(?:网络)?|萊特幣(?:網路)?",
    ),
    "Dogecoin": (
        "doge",
        r"dogecoin(?: network)?|doge ?(?:network|网络|網路)|狗狗币(?:网络)|狗狗幣(?:網路)",
    ),
    "Bitcoin Cash": ("bch", r"bitcoin cash(?: network)?|bch ?(?:network|网络|網路)"),
    "Cardano": ("ada", r"cardano(?: network)?|ada ?(?:network|网络|網路)|艾达(?:网络)"),
    "Polkadot": (
        "dot",
        r"polkadot(?: network)?|dot ?(?:network|网络|網路)|波卡(?:网络|網路|链|鏈)?",
    ),
    "Cosmos": ("cosmos", r"cosmos(?: ?hub)?(?: network)?|atom ?(?:network|网络|網路)"),
    "Algorand": ("algo", r"algorand(?: network)?"),
    "Sui": ("sui", r"sui ?(?:network|chain|mainnet|网络|網路|链|鏈)"),
    "Aptos": ("aptos", r"aptos(?: ?(?:network|chain|网络|網路|链|鏈))?"),
    "Near": ("near", r"near (?:protocol|network)|near ?(?:网络|網路)"),
    "Monero": ("xmr", r"monero(?: network)?|门罗币|門羅幣"),
    "Kaspa": ("kas", r"kaspa(?: network)?"),
}
CHAINS = {name: chain for name, (chain, _) in _NETWORKS.items()}
NAMES = tuple(_NETWORKS)
PATTERN = re.compile(
    r"(?<![a-z0-9])(?:"
    + "|".join(f"(?P<n{n}>{words})" for n, (_, words) in enumerate(_NETWORKS.values()))
    + r")(?![a-z0-9])",
    re.ASCII,
)
# Each name holds one of these; it is looked for a little around. "20" finds TRC20 and ERC-20.
ANCHORS = (
    *("20", "tron", "network", "chain", "mainnet", "bep", "bsc", "arbitrum", "optimism", "polygon"),
    *("avalanche", "zksync", "fantom", "oktc", "segwit", "taproot", "lightning", "omni", "solana"),
    *("spl", "xrpl", "ripple", "stellar", "toncoin", "litecoin", "dogecoin", "bitcoin cash"),
    *("cardano", "polkadot", "cosmos", "algorand", "aptos", "monero", "kaspa", "arb one", "xrp l"),
    *(
        "near protocol",
        "c-chain",
        "网络",
        "網路",
        "链",
        "鏈",
        "主网",
        "主網",
        "波场",
        "波場",
        "瑞波",
    ),
    *("波卡", "恒星", "恆星", "雪崩", "门罗", "門羅"),
)
_BEFORE, _AFTER = 22, 24


def named_in(low: str) -> Iterator[tuple[str, int, int]]:
    """Name and place of each network a text names, from left to right."""
    found: dict[int, tuple[str, int]] = {}
    for anchor in ANCHORS:
        at = low.find(anchor)
        while at >= 0:
            for match in PATTERN.finditer(low, max(0, at - _BEFORE), at + _AFTER):
                name = NAMES[int((match.lastgroup or "n0")[1:])]
                if match.end() > found.get(match.start(), ("", 0))[1]:
                    found[match.start()] = (name, match.end())
            at = low.find(anchor, at + len(anchor))
    last = 0
    for start in sorted(found):
        name, end = found[start]
        if start >= last:
            yield name, start, end
            last = end


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

"""Every verb that a role can grant; what is not granted is refused."""

from collections.abc import Mapping
from types import MappingProxyType

from fanlight.kernel.errors import NotAllowed
from fanlight.kernel.work import Actor

PERMISSIONS: Mapping[str, str] = MappingProxyType(
    {
        "ticket.see_all": "See tickets of every team, not only of one's own.",
        "ticket.see_team": "See tickets of one's own teams, not only those one was given.",
        "ticket.reply": "Write to customers.",
        "ticket.note": "Write private notes.",
        "ticket.assign": "Hand tickets to agents and teams.",
        "ticket.edit": "Change subject, priority and tags.",
        "ticket.solve": "Change a ticket's status.",
        "customer.see": "See customer cards, personal facts masked.",
        "customer.reveal": "See one masked fact, with a reason, for a ticket.",
        "customer.merge": "Make one customer of two.",
        "account.see": "See what the exchange knows of an account, for a ticket; it is logged.",
        "freeze.ask": "Ask for a freeze for a customer who proved themselves on the ticket.",
        "freeze.drill": "Start a drill of the emergency lane.",
        "fact.name": "See customers' names in clear.",
        "fact.email": "See customers' mail addresses in clear.",
        "fact.phone": "See customers' telephone numbers in clear.",
        "fact.uid": "See customers' account numbers in clear.",
        "fact.handle": "See customers' names on other platforms in clear.",
        "fact.address": "See customers' wallet addresses in clear.",
        "fact.balance": "See customers' balances in clear.",
        "oversight.see": "See alerts and agents' figures.",
        "oversight.manage": "Settle alerts, let agents go on beyond a cap, lay out bait.",
        "export.ask": "Ask for an export of tickets or customers, and take it once.",
        "export.confirm": "Confirm or refuse an export that somebody else asked for.",
        "agent.manage": "Invite, change and suspend agents.",
        "team.manage": "Make and change teams.",
        "role.manage": "Make and change roles.",
        "diagnostic.run": "Run a check on the account of a ticket's customer.",
        "job.see": "See failed jobs and deliveries.",
        "job.replay": "Run failed jobs and deliveries again.",
        "audit.see": "Read the audit log.",
        "article.edit": "Write and change articles and announcements.",
        "article.publish": "Publish and withdraw articles and announcements.",
        "official.manage": "Propose and confirm what is officially ours.",
        "guide.edit": "Change the guide's rules, and decide what it learns from.",
        "settings.see": "See the settings of the installation.",
    }
)

# What shipped roles do not hold: everybody asks for one fact at a time, for a reason.
FACTS = frozenset(each for each in PERMISSIONS if each.startswith("fact."))


def needs(actor: Actor, permission: str) -> None:
    """Raises NotAllowed unless the actor holds the permission."""
    if not actor.may(permission):
        raise NotAllowed(permission=permission)

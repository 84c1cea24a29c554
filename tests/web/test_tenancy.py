"""Every route, tried by whoever must not: a stranger, a lower role, an old session, another session's form.

ROUTES says for each route the least that it takes. A route that is not in it fails the first test, so nobody
adds one without saying who may.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from analyzer.store import accounts, changes, exports, members, sharing, shelf, uploads
from analyzer.store.models import Audit, Base, Membership, SignIn, now
from analyzer.store.workspace import Workspace
from analyzer.web.app import API
from tests.web.conftest import start
from tests.web.test_story import NOTES

ANYONE = "anyone"  # sign-in itself, static files: nothing of a partnership
SIGNED_IN = "signed in"
OPERATOR = "operator"
VIEWER, LEAD, ADMIN = "viewer", "lead", "admin"
LINK = "link"  # whoever has the link; a wrong one is answered like none
P, M = "/p/{partnership}", "/p/{partnership}/m/{meeting}"

ROUTES = {
    "GET /": SIGNED_IN,
    "GET /static/codebook.css": ANYONE,
    "GET /sign-in": ANYONE,
    "POST /sign-in": ANYONE,
    "POST /sign-out": ANYONE,
    "GET /link/{spelled}": LINK,
    "POST /link/{spelled}": LINK,
    "GET /openid": ANYONE,
    "GET /openid/back": ANYONE,
    "POST /partnerships": OPERATOR,
    "POST /sample": OPERATOR,
    "GET /operators": OPERATOR,
    "POST /operators/invite": OPERATOR,
    "POST /operators/{account}/disable": OPERATOR,
    "POST /operators/{account}/enable": OPERATOR,
    "POST /operators/{account}/operator": OPERATOR,
    "POST /operators/{account}/password": OPERATOR,
    "GET /shared/{spelled}": LINK,
    f"GET {P}": VIEWER,
    f"GET {P}/standing": VIEWER,
    f"GET {P}/charts/{{name}}/{{width}}": VIEWER,
    f"GET {P}/people": VIEWER,
    f"GET {P}/pieces": VIEWER,
    f"GET {P}/uploads": VIEWER,
    f"POST {P}/uploads": LEAD,
    f"GET {P}/uploads/list": VIEWER,
    f"POST {P}/uploads/{{upload}}/cancel": LEAD,
    f"POST {P}/uploads/{{upload}}/retry": LEAD,
    f"POST {P}/uploads/{{upload}}/delete": LEAD,
    f"GET {M}": VIEWER,
    f"GET {M}/understood": VIEWER,
    f"GET {M}/piece/{{place}}": VIEWER,
    f"POST {M}/facts": LEAD,
    f"POST {M}/delete": LEAD,
    f"GET {P}/changes": VIEWER,
    f"POST {P}/changes/label": LEAD,
    f"POST {P}/changes/decision": LEAD,
    f"POST {P}/changes/person": LEAD,
    f"POST {P}/changes/{{change}}/undo": LEAD,
    f"GET {P}/share": VIEWER,
    f"POST {P}/share/link": LEAD,
    f"POST {P}/share/{{link}}/end": LEAD,
    f"GET {P}/share/corrections.jsonl": LEAD,
    f"GET {P}/share/files/{{name}}": VIEWER,
    f"GET {P}/settings": LEAD,
    f"POST {P}/settings/name": ADMIN,
    f"POST {P}/settings/retention": ADMIN,
    f"POST {P}/settings/delete": ADMIN,
    f"GET {P}/downloads": VIEWER,
    f"GET {P}/downloads/list": VIEWER,
    f"POST {P}/downloads": VIEWER,
    f"GET {P}/downloads/{{export}}": VIEWER,
    f"GET {P}/members": VIEWER,
    f"POST {P}/members/invite": ADMIN,
    f"POST {P}/members/invitations/{{invitation}}/end": ADMIN,
    f"POST {P}/members/{{member}}/role": ADMIN,
    f"POST {P}/members/{{member}}/remove": ADMIN,
    f"GET {P}/tokens": ADMIN,
    f"POST {P}/tokens": ADMIN,
    f"POST {P}/tokens/{{token}}/revoke": ADMIN,
    f"GET {P}/audit": LEAD,
    f"POST {P}/runs": LEAD,
    f"GET {API}/openapi.json": ANYONE,
    f"GET {API}/partnership": VIEWER,
    f"POST {API}/uploads": LEAD,
    f"GET {API}/uploads": VIEWER,
    f"GET {API}/uploads/{{upload}}": VIEWER,
    f"POST {API}/uploads/{{upload}}/cancel": LEAD,
    f"POST {API}/uploads/{{upload}}/retry": LEAD,
    f"DELETE {API}/uploads/{{upload}}": LEAD,
    f"GET {API}/meetings": VIEWER,
    f"GET {API}/meetings/{{meeting}}/figures": VIEWER,
    f"DELETE {API}/meetings/{{meeting}}": LEAD,
    f"GET {API}/pieces": VIEWER,
    f"GET {API}/trends": VIEWER,
    f"GET {API}/changes": VIEWER,
    f"POST {API}/changes": LEAD,
    f"POST {API}/changes/{{change}}/undo": LEAD,
    f"POST {API}/exports": VIEWER,
    f"GET {API}/exports": VIEWER,
    f"GET {API}/exports/{{export}}": VIEWER,
    f"GET {API}/exports/{{export}}/file": VIEWER,
    f"GET {API}/audit": LEAD,
    f"GET {API}/meetings/{{meeting}}/understood": VIEWER,
    f"GET {API}/people": VIEWER,
    f"GET {API}/corrections": LEAD,
    f"DELETE {API}/partnership": ADMIN,
    f"GET {API}/settings": LEAD,
    f"PATCH {API}/settings": ADMIN,
    f"GET {API}/members": VIEWER,
    f"PATCH {API}/members/{{member}}": ADMIN,
    f"DELETE {API}/members/{{member}}": ADMIN,
    f"GET {API}/invitations": ADMIN,
    f"POST {API}/invitations": ADMIN,
    f"DELETE {API}/invitations/{{invitation}}": ADMIN,
    f"GET {API}/tokens": ADMIN,
    f"POST {API}/tokens": ADMIN,
    f"DELETE {API}/tokens/{{other}}": ADMIN,
    f"GET {API}/shares": VIEWER,
    f"POST {API}/shares": LEAD,
    f"DELETE {API}/shares/{{share}}": LEAD,
    f"POST {API}/runs": LEAD,
}
PAGES = {route: need for route, need in ROUTES.items() if "{partnership}" in route}
OF_API = {route: need for route, need in ROUTES.items() if API in route and need != ANYONE}
FORM = {
    **{
        "piece": "board.txt#1.0",
        "label": "circular",
        "value": "true",
        "name": "North",
        "email": "x@example.org",
    },
    **{"role": "viewer", "days": "3", "kind": "report", "names": "given", "title": "T", "date": "2024-01-01"},
}
JSON = {  # end of a path of the API → what is sent there
    "/changes": {"kind": "label", "piece": "board.txt#1.0", "label": "circular"},
    "/exports": {"kind": "report"},
    "/settings": {"name": "Renamed", "retention_days": 3},
    "/members/{member}": {"role": "admin"},
    "/invitations": {"email": "x@example.org", "role": "admin"},
    "/tokens": {"name": "x", "role": "admin"},
    "/shares": {"days": 3},
}


def routes_of(app, prefix=""):
    """All routes of an application, those of mounted ones too, as `GET /path`."""
    found = set()
    for route in app.routes:
        if hasattr(route, "original_router"):
            found |= routes_of(route.original_router, prefix)
        elif hasattr(route, "methods"):
            found |= {f"{method} {prefix}{route.path}" for method in route.methods if method != "HEAD"}
        elif route.path != "/static":
            found |= routes_of(route.app, route.path)
    return found


@dataclass
class Town:
    """Two partnerships with all there can be in one of them, and everybody who may look at it."""

    server: object
    ids: dict
    cookies: dict
    tokens: dict

    def address(self, route):
        path = route.partition(" ")[2]
        return re.sub(r"\{(\w+)\}", lambda found: str(self.ids[found[1]]), path)

    def ask(self, route, who, *, csrf=None):
        """Send a request as somebody; `csrf` in place of the session's token."""
        method, cookie = route.partition(" ")[0], self.cookies.get(who, "")
        client = self.server.browser().client
        if cookie:
            client.cookies.set(self.server.app.state.site.config.cookie, cookie)
        if method == "GET":
            return client.get(self.address(route), follow_redirects=False)
        token = csrf or hmac.new(cookie.encode(), b"csrf", hashlib.sha256).hexdigest()
        path = self.address(route)
        if path.endswith(("/uploads", "/runs")):
            files = [("file", ("a.txt", NOTES))]
            return client.post(path, data={"csrf": token}, files=files, follow_redirects=False)
        return client.post(path, data={**FORM, "csrf": token}, follow_redirects=False)

    def call(self, route, who):
        """Send a request of the API with somebody's token."""
        headers = {"authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}
        method, _, path = route.partition(" ")
        more = {"params": {"name": "North"}} if method == "DELETE" else {}
        if method in ("POST", "PATCH"):
            more = {"json": next((body for end, body in JSON.items() if path.endswith(end)), None)}
            if path.endswith(("/uploads", "/runs")):
                more = {"files": [("file", ("a.txt", NOTES))]}
        return self.server.browser().client.request(method, self.address(route), headers=headers, **more)

    def state(self):
        """All rows but those of browser sessions, to be compared."""
        with self.server.database.reading() as session:
            return {
                table.name: sorted(map(repr, session.execute(select(table))))
                for table in Base.metadata.sorted_tables
                if table.name != "sign_ins"
            }


@pytest.fixture(scope="module")
def town(tmp_path_factory, tagger):
    folder = tmp_path_factory.mktemp("town")
    server = start(folder, tagger, database=f"sqlite:///{folder / 'team.db'}")
    with server.database.writing() as session:
        users = {
            name: accounts.register(session, email=f"{name}@example.org", name=name, password=None)
            for name in ("ann", "lea", "vic", "bob")
        }
        users["ann"].is_operator = users["bob"].is_operator = True
        ids = _north(session, server, users)
        south = Workspace(session, users["bob"], server.worker.files).create("South")
        users["bob"].is_operator = False
        ids["account"] = users["lea"].id
        cookies = {name: accounts.sign_in(session, user) for name, user in users.items()}
        cookies["old"] = accounts.sign_in(session, users["ann"])
        session.get(SignIn, accounts.hashed(cookies["old"])).expires_at = now() - timedelta(minutes=1)
        north = Workspace(session, users["ann"], server.worker.files).enter(ids["partnership"])
        tokens = {role: sharing.issue_token(north, role, role) for role in (VIEWER, LEAD, ADMIN)}
        tokens["stranger"] = sharing.issue_token(south, "south", ADMIN)
        tokens["ended"] = sharing.issue_token(north, "ended", ADMIN)
        sharing.revoke_token(north, _newest(north))
        tokens["nonsense"] = "gat_nonsense"
    server.worker.run_once()
    with server.database.writing() as session:
        ann = accounts.by_email(session, "ann@example.org")
        north = Workspace(session, ann, server.worker.files).enter(ids["partnership"])
        ids["meeting"] = shelf.meetings(north)[0].id
        codebook = server.worker.tagger.codebook
        ids["change"] = changes.correct_label(north, "board.txt#1.0", codebook.barriers[0], True, codebook).id
        ids["export"] = exports.ask(north, "tables", "given").id
    server.worker.run_once()
    yield Town(server, ids, cookies, tokens)
    server.database.close()


def _newest(tenant):
    return next(one.id for one in sharing.tokens(tenant) if one.name == "ended")


def _north(session, server, users):
    tenant = Workspace(session, users["ann"], server.worker.files).create("North")
    tenant.add(Membership(user_id=users["lea"].id, role=LEAD))
    vic = tenant.add(Membership(user_id=users["vic"].id, role=VIEWER))
    accounts.invite(tenant, "new@example.org", VIEWER)
    sharing.share(tenant, 7)
    sharing.issue_token(tenant, "platform", VIEWER)
    upload = uploads.receive(tenant, "board.txt", [NOTES.encode()], limit_bytes=10_000).upload_id
    link = tenant.all(tenant.select(sharing.ShareLink))[0]
    return {
        **{"partnership": tenant.id, "upload": upload, "member": vic.id, "link": link.id},
        **{"invitation": members.invitations(tenant)[0].id, "token": sharing.tokens(tenant)[0].id},
        **{"other": sharing.tokens(tenant)[0].id, "share": link.id},
        **{"spelled": "nonsense", "place": "1-0", "name": "mode_mix", "width": "wide"},
    }


def test_every_route_says_who_may(town):
    assert routes_of(town.server.app) - set(ROUTES) == set()


def here(town, routes):
    return [route for route in routes if route in routes_of(town.server.app)]


def test_a_stranger_finds_no_page_of_the_partnership(town):
    before = town.state()

    answers = {route: town.ask(route, "bob").status_code for route in here(town, PAGES)}

    assert {route: status for route, status in answers.items() if status != 404} == {}
    assert town.state() == before


@pytest.mark.parametrize(("who", "role"), [("vic", VIEWER), ("lea", LEAD)])
def test_a_role_does_not_do_what_takes_a_higher_one(town, who, role):
    order = (VIEWER, LEAD, ADMIN)
    higher = [route for route in here(town, PAGES) if order.index(PAGES[route]) > order.index(role)]
    before = town.state()

    answers = {route: town.ask(route, who).status_code for route in higher}

    assert higher
    assert {route: status for route, status in answers.items() if status != 403} == {}
    assert town.state() == before


def test_who_is_no_operator_makes_no_partnership_and_sees_no_accounts(town):
    of_operators = [route for route in here(town, ROUTES) if ROUTES[route] == OPERATOR]
    before = town.state()

    answers = {route: town.ask(route, "lea").status_code for route in of_operators}

    assert {route: status for route, status in answers.items() if status != 403} == {}
    assert town.state() == before


@pytest.mark.parametrize("who", ["old", "nobody"])
def test_a_session_that_is_over_leads_to_sign_in_from_everywhere(town, who):
    closed = [
        route for route in here(town, ROUTES) if API not in route and ROUTES[route] not in (ANYONE, LINK)
    ]
    before = town.state()

    answers = {route: town.ask(route, who) for route in closed}

    lost = {r: a.status_code for r, a in answers.items() if a.headers.get("location") != "/sign-in"}
    # A form sent without any session lacks its token as well: either refusal will do.
    assert {route: status for route, status in lost.items() if status != 403 or who == "old"} == {}
    assert town.state() == before


def test_a_form_of_another_session_is_refused_everywhere(town):
    forms = [route for route in here(town, ROUTES) if route.startswith("POST") and API not in route]
    before = town.state()

    answers = {route: town.ask(route, "ann", csrf="0" * 64).status_code for route in forms}

    assert {route: status for route, status in answers.items() if status != 403} == {}
    assert town.state() == before


def test_a_link_that_nobody_made_opens_nothing(town):
    before = town.state()

    for route in (route for route in here(town, ROUTES) if ROUTES[route] == LINK):
        answer = town.ask(route, "nobody")

        assert answer.status_code in (303, 404), route
        assert "North" not in answer.text
    assert town.state() == before


def test_a_token_of_another_partnership_reaches_nothing_of_this_one(town):
    before = town.state()

    for route in here(town, OF_API):
        named = "{" in route
        if not route.startswith("GET") and not named and not route.endswith("/changes"):
            continue  # it would do its work, in its own partnership
        answer = town.call(route, "stranger")

        expected = 404 if named else 409 if route.startswith("POST") else 200
        if route.endswith("/corrections"):
            expected = 404  # its own partnership has no figures
        assert answer.status_code == expected, route
        assert "budget" not in answer.text
        assert "North" not in answer.text
        assert town.ids["meeting"] not in answer.text
    assert town.state() == before


@pytest.mark.parametrize("who", ["nobody", "ended", "nonsense"])
def test_without_a_token_that_works_the_api_does_nothing(town, who):
    before = town.state()

    answers = {route: town.call(route, who).status_code for route in here(town, OF_API)}

    assert {route: status for route, status in answers.items() if status != 401} == {}
    assert town.state() == before


@pytest.mark.parametrize("role", [VIEWER, LEAD])
def test_a_token_does_not_do_what_takes_a_higher_role(town, role):
    order = (VIEWER, LEAD, ADMIN)
    higher = [route for route in here(town, OF_API) if order.index(OF_API[route]) > order.index(role)]
    before = town.state()

    answers = {route: town.call(route, role).status_code for route in higher}

    assert higher
    assert {route: status for route, status in answers.items() if status != 403} == {}
    assert town.state() == before


def test_whoever_may_is_let_in(town):
    # Else a server that refuses everything would pass all the others. Charts have their own tests.
    for route in here(town, PAGES):
        if route.startswith("GET") and "{name}" not in route:
            assert town.ask(route, "ann").status_code == 200, route
    for route in here(town, OF_API):
        if route.startswith("GET"):
            assert town.call(route, ADMIN).status_code == 200, route


def test_the_log_holds_who_asked_and_no_word_of_a_file(town):
    with town.server.database.reading() as session:
        lines = [(line.user_name, line.subject) for line in session.scalars(select(Audit))]

    assert {name for name, _ in lines} == {"ann", "bob"}
    assert not any("budget" in subject or "board" in subject for _, subject in lines)

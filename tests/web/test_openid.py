"""Sign-in at an identity provider, against a small real one that signs its tokens."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from analyzer.store.accounts import by_email
from analyzer.web.app import create_app
from analyzer.web.config import load_config
from tests.web.conftest import Browser, Server, TestClient, open_database

ISSUER = "https://id.example"
HOME = "https://analyzer.example"


class Provider:
    """Answers discovery, keys and one token; `claims` override what the token says."""

    def __init__(self):
        self.key = RSAKey.generate_key(2048, {"kid": "1"})
        self.signer = self.key
        self.claims = {}
        self.asked = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/.well-known/openid-configuration":
            ends = {
                name: f"{ISSUER}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
            }
            return httpx.Response(200, json={"issuer": ISSUER, **ends})
        if request.url.path == "/jwks_uri":
            return httpx.Response(200, json={"keys": [self.key.as_dict(private=False)]})
        self.asked["token"] = parse_qs(request.content.decode())
        claims = {
            "iss": ISSUER,
            "aud": "client",
            "sub": "7",
            "exp": int(time.time()) + 60,
            "name": "Ann Lee",
            "email": "ann@example.org",
            "email_verified": True,
            "nonce": self.asked["start"]["nonce"][0],
            **self.claims,
        }
        return httpx.Response(
            200, json={"id_token": jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.signer)}
        )


@pytest.fixture
def provider():
    return Provider()


@pytest.fixture
def company(tmp_path, provider):
    environment = {
        "ANALYZER_OIDC_ISSUER": ISSUER,
        "ANALYZER_OIDC_CLIENT_ID": "client",
        "ANALYZER_OIDC_CLIENT_SECRET": "secret",
    }
    config = load_config(
        workspace=tmp_path / "workspace",
        database=f"sqlite:///{tmp_path / 'team.db'}",
        public_url=HOME,
        environment=environment,
    )
    database = open_database(config)
    app = create_app(config, database)
    app.state.openid_transport = httpx.MockTransport(provider)
    yield Server(app, database, None)
    database.close()


def sign_in(company, provider, state=None):
    browser = Browser(TestClient(company.app, base_url=HOME, follow_redirects=False))
    begun = browser.get("/openid")
    provider.asked["start"] = parse_qs(urlsplit(begun.headers["location"]).query)
    spelled = state or provider.asked["start"]["state"][0]
    return browser, browser.get("/openid/back", params={"state": spelled, "code": "x"})


def test_the_provider_vouches_and_the_browser_is_signed_in(company, provider):
    browser, answer = sign_in(company, provider)

    assert answer.status_code == 303
    assert "Secure" in answer.headers["set-cookie"]
    assert "Ann Lee" in browser.get("/").text
    assert "strict-transport-security" in answer.headers
    with company.database.reading() as session:
        assert not by_email(session, "ann@example.org").is_operator


@pytest.mark.parametrize(
    "claims",
    [{"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}, {"nonce": "old"}],
    ids=["audience", "issuer", "expired", "nonce"],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(company, provider, claims):
    provider.claims = claims

    assert sign_in(company, provider)[1].status_code == 403


def test_a_token_that_another_signed_is_refused(company, provider):
    provider.signer = RSAKey.generate_key(2048, {"kid": "1"})

    assert sign_in(company, provider)[1].status_code == 403


def test_the_answer_to_another_sign_in_is_refused(company, provider):
    assert sign_in(company, provider, state="another")[1].status_code == 403


def test_an_address_that_is_not_verified_opens_nobodys_account(company, provider):
    provider.claims = {"email_verified": False}

    _, answer = sign_in(company, provider)

    assert answer.status_code == 303
    with company.database.reading() as session:
        assert by_email(session, "ann@example.org") is None

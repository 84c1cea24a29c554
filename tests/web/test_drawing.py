"""The pages' charts are Vega-Lite that its own schema takes, after links were put into them too."""

from __future__ import annotations

import altair
import pytest
from jsonschema import Draft7Validator

from analyzer.store import shelf
from analyzer.store.workspace import Workspace
from analyzer.web.views.drawing import CHARTS, WIDTHS, describe
from analyzer.web.views.overview import Overview
from tests.web.conftest import start


@pytest.fixture(scope="module")
def overview(tmp_path_factory, tagger):
    """Of the sample, which has all there is to draw."""
    from analyzer.store import accounts

    server = start(tmp_path_factory.mktemp("drawing"), tagger)
    browser = server.local()
    browser.post("/sample")
    server.worker.run_once()
    with server.database.reading() as session:
        workspace = Workspace(session, accounts.local_user(session), server.worker.files)
        tenant = workspace.enter(workspace.places()[0].id)
        analysis = server.app.state.site.cache.get(tenant)
        yield Overview(tenant.id, analysis, shelf.meetings(tenant))
    server.database.close()


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_chart_keeps_to_the_schema(overview, name, width):
    assert overview.has_chart(name)

    faults = list(Draft7Validator(altair.load_schema()).iter_errors(describe(overview, name, width)))

    assert [fault.message[:300] for fault in faults] == []

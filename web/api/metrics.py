"""What is counted of one server, for Prometheus: nothing of it is shared between two applications in a process."""

from collections.abc import Iterator
from time import perf_counter
from typing import cast

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from classifier.store.condition import count_all
from classifier.store.database import Database
from web.current import now

_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Metrics:
    """The counts of one server; labels are rules of addresses, never addresses, so that their number is bounded."""

    def __init__(self, database: Database) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("newsieve_requests", "Requests answered", ["route", "status"], registry=self._registry)
        self._seconds = Histogram(
            "newsieve_request_seconds", "Time to answer", ["route"], buckets=_SECONDS, registry=self._registry
        )
        self.judged = Counter(
            "newsieve_blocks_judged", "Blocks judged for programs since the start", registry=self._registry
        )
        self._registry.register(_Stored(database))

    def measure(self, app: Flask) -> None:
        """Count the requests to `app` from now on."""
        app.before_request(_begin)
        app.after_request(self._end)

    def refused(self, status: int) -> None:
        """Count a request that no application saw."""
        self._requests.labels("none", str(int(status))).inc()

    def text(self) -> bytes:
        """Return all counts in Prometheus's text format. Raises HomeError or BusyError."""
        return generate_latest(self._registry)

    def _end(self, response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        self._requests.labels(route, str(response.status_code)).inc()
        if "begun" in g:
            self._seconds.labels(route).observe(perf_counter() - g.begun)
        return response


class _Stored(Collector):
    """What the database holds, read when it is asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        counts = count_all(self._database, now=now())
        pages = GaugeMetricFamily("newsieve_pages", "Pages in the queue", labels=["state"])
        for state, number in counts.pages.items():
            pages.add_metric([state], number)
        yield pages
        yield CounterMetricFamily("newsieve_decisions", "Decisions made, taken back or not", counts.decisions)


def counted() -> Metrics:
    """Return the counts of the server that answers this request."""
    return cast("Metrics", current_app.extensions["metrics"])


def _begin() -> None:
    g.begun = perf_counter()

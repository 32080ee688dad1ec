"""Metrics: figures in the text format that Prometheus and its like read, written by its own client library."""

from collections.abc import Iterable

from prometheus_client.core import CollectorRegistry, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from docctl.domain.operations.figure import Figure

MEDIA_TYPE = CONTENT_TYPE_LATEST


class _Figures(Collector):
    def __init__(self, figures: Iterable[Figure]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        for figure in self._figures:
            family = GaugeMetricFamily(
                f"docctl_{figure.name}", figure.about, labels=[figure.label] if figure.label else []
            )
            for value, number in figure.values.items():
                family.add_metric([value] if figure.label else [], number)
            yield family


def as_text(figures: Iterable[Figure]) -> bytes:
    """Return figures as they are asked for."""
    registry = CollectorRegistry()
    registry.register(_Figures(figures))
    return generate_latest(registry)

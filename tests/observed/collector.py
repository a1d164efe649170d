"""A collector that is not ours: takes OTLP over HTTP, reads it by OpenTelemetry's own messages, and prints each
span, and each value of a metric, as a line. The first line is its port."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


def value(it):
    kind = it.WhichOneof("value")
    if kind == "array_value":
        return [value(one) for one in it.array_value.values]
    return getattr(it, kind)


def attributes(them):
    return {one.key: value(one.value) for one in them}


def tell(it):
    print(json.dumps(it), flush=True)


def spans(body):
    request = ExportTraceServiceRequest.FromString(body)
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                tell({
                    "name": span.name,
                    "trace": span.trace_id.hex(),
                    "span": span.span_id.hex(),
                    "parent": span.parent_span_id.hex(),
                    "kind": span.kind,
                    "nanoseconds": span.end_time_unix_nano - span.start_time_unix_nano,
                    "attributes": attributes(span.attributes),
                    "error": span.status.message if span.status.code == 2 else None,
                    "resource": attributes(resource.resource.attributes),
                    "scope": scope.scope.name,
                })


def metrics(body):
    request = ExportMetricsServiceRequest.FromString(body)
    for resource in request.resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                kind = metric.WhichOneof("data")
                for point in getattr(metric, kind).data_points:
                    said = {"metric": metric.name, "kind": kind, "attributes": attributes(point.attributes)}
                    if kind == "histogram":
                        said |= {
                            "count": point.count,
                            "sum": point.sum,
                            "bounds": list(point.explicit_bounds),
                            "buckets": list(point.bucket_counts),
                        }
                    else:
                        said["value"] = getattr(point, point.WhichOneof("value"))
                    tell(said)


class Collector(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        known = {"/v1/traces": spans, "/v1/metrics": metrics}
        take = known.get(self.path)
        if take is None or self.headers["Content-Type"] != "application/x-protobuf":
            self.send_error(404)
            return
        if len(sys.argv) > 1 and self.headers.get("x-key") != sys.argv[1]:
            self.send_error(401)
            return
        take(body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
tell(server.server_port)
server.serve_forever()

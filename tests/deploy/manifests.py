"""Checks manifests, and prints them as JSON: {file: [document, …]}.

What Kubernetes itself knows goes by its own schema, in which a field that there is not is an error.
"""

import json
import pathlib
import sys

import kubernetes_validate
import yaml

KUBERNETES = "1.34"
# Kinds of other people's, which the test looks at itself.
ELSEWHERE = ("keda.sh/", "temporal.io/", "kustomize.config.k8s.io/")


def check(document, where):
    try:
        kubernetes_validate.validate(document, KUBERNETES, strict=True)
    except kubernetes_validate.ValidationError as error:
        sys.exit(f"{where}: {document.get('kind')}: {error}")


found = {}
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.yaml")):
    documents = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    for document in documents:
        if document is None:
            sys.exit(f"{path.name}: a document with nothing in it")
        if "kind" not in document:
            continue
        if not document["apiVersion"].startswith(ELSEWHERE):
            check(document, path.name)
        if document["kind"] == "WorkerResourceTemplate":
            # The controller fills in what is empty, and gives it a name.
            made = json.loads(json.dumps(document["spec"]["template"]))
            made["metadata"] = {"name": "made"}
            target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "made"}
            made["spec"]["scaleTargetRef"] = target
            check(made, path.name)
    found[path.name] = documents
json.dump(found, sys.stdout)

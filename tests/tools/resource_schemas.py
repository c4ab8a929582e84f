"""Writes strict JSON Schemas of Kubernetes' own kinds and of custom resources to where kubeconform looks for them.

usage: resource_schemas.py OUT VALIDATE VERSION… -- DEFINITION…

VALIDATE is the folder of schemas that the package kubernetes-validate brings; a DEFINITION is a file of custom resources.
"""

import json
import sys
from pathlib import Path

import yaml


def found_by_file(text):
    """The package's schemas find each other by an address, which kubeconform would look for on the network."""
    schema = json.loads(text.replace('"/api/_definitions.json#', '"_definitions.json#'))
    schema.pop("$id", None)
    return schema


def built_in(out, package, version):
    source = package / f"{version}-local-strict"
    (out / version).mkdir(parents=True)
    written = 0
    for path in sorted(source.glob("*.json")):
        schema = found_by_file(path.read_text())
        if path.stem == "_definitions" or "x-kubernetes-group-version-kind" in schema:
            (out / version / path.name).write_text(json.dumps(schema))
            written += 1
    return written


def strict(schema):
    """A key that a definition does not know is dropped silently by the cluster; here it is a fault."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    keeps = schema.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema and not keeps:
        made["additionalProperties"] = False
    if schema.get("x-kubernetes-int-or-string"):
        made["type"] = ["integer", "string"]
        made.pop("anyOf", None)
    return made


def custom(out, path):
    written = 0
    for definition in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader):
        if not definition or definition.get("kind") != "CustomResourceDefinition":
            continue
        spec = definition["spec"]
        for version in spec["versions"]:
            schema = strict(version["schema"]["openAPIV3Schema"])
            # What stands in `metadata` is the same for every kind, and definitions leave it open.
            schema["properties"]["metadata"] = {"type": "object", "required": ["name"]}
            name = f"{spec['names']['kind'].lower()}_{version['name']}.json"
            (out / spec["group"]).mkdir(parents=True, exist_ok=True)
            (out / spec["group"] / name).write_text(json.dumps(schema))
            written += 1
    return written


def main():
    out, package = Path(sys.argv[1]), Path(sys.argv[2])
    split = sys.argv.index("--")
    for version in sys.argv[3:split]:
        written = built_in(out / "kubernetes", package, version)
        if written < 100:
            raise SystemExit(f"error: `{package}` holds no schemas of Kubernetes {version}")
        print(f"{written} schemas of Kubernetes {version}")
    written = sum(custom(out / "custom", Path(path)) for path in sys.argv[split + 1 :])
    if not written:
        raise SystemExit("error: no custom resource definition was found")
    print(f"{written} schemas of custom resources")


main()

"""Reads a provider's published TypeScript declarations and writes the schema that terraform-provider serves.

usage: terraform_schema.py DECLARATIONS OUT [PREFIX…]

DECLARATIONS is the `lib` folder of a CDKTF provider package: a folder for each resource and data source. With prefixes, only
what begins with one of them is taken: the AWS provider has 1,500 resources, of which towel renders a few dozen.
"""

import json
import re
import sys
from pathlib import Path

INTERFACE = re.compile(r"^export interface (\w+)(?: extends [\w., ]+)? \{$")
PROPERTY = re.compile(r"^    readonly (\w+)(\??): (.*)$")
CLASS = re.compile(r"^export declare class (\w+) extends cdktf\.Terraform(Resource|DataSource|Provider) \{$")
GETTER = re.compile(r"^    get (\w+)\(\): (.*)$")
TYPE_NAME = re.compile(r'static readonly tfResourceType = "(\w+)"')
DOCUMENTED = re.compile(r"#(\w+) \w+#\w+\}")
PLAIN = {"string": "string", "number": "number", "boolean": "bool", "any": "dynamic"}


def snake(name):
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def statement(lines, at, text):
    """A type, which may go on over several lines until its semicolon."""
    while not (text.endswith(";") and text.count("{") == text.count("}")):
        at += 1
        text += " " + lines[at].strip()
    return at, text.rstrip(";").strip()


def read(folder):
    """The interfaces of a folder, and the one class that is the resource."""
    interfaces, main = {}, None
    for path in sorted(folder.rglob("*.d.ts")):
        lines = path.read_text().splitlines()
        at, within, comment = 0, None, ""
        while at < len(lines):
            line = lines[at]
            if found := INTERFACE.match(line):
                within, comment = interfaces.setdefault(found[1], []), ""
            elif found := CLASS.match(line):
                within = main = {"name": found[1], "kind": found[2], "type": None, "getters": []}
            elif line.startswith("export declare "):
                within = None
            elif line == "}":
                within = None
            elif within is not None:
                at, comment = member(lines, at, within, comment)
            at += 1
    return interfaces, main


def member(lines, at, within, comment):
    line = lines[at]
    if line.strip().startswith(("/**", "*")):
        return at, ("" if line.strip() == "/**" else comment) + line.strip(" */") + "\n"
    if isinstance(within, list):
        if found := PROPERTY.match(line):
            at, text = statement(lines, at, found[3])
            name = DOCUMENTED.search(comment)
            name = name[1] if name else snake(found[1])
            block = comment.strip().startswith(f"{name} block")
            within.append({"camel": found[1], "name": name, "optional": found[2] == "?", "type": text, "block": block})
    elif found := TYPE_NAME.search(line):
        within["type"] = found[1]
    elif found := GETTER.match(line):
        at, text = statement(lines, at, found[2])
        within["getters"].append((found[1], text))
    return at, ""


def plain_type(text):
    """A type in Terraform's JSON form, or None where it names an interface."""
    text = re.sub(r"\s*\|\s*(cdktf\.IResolvable|undefined)", "", text).strip()
    text = text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text
    if text in PLAIN:
        return PLAIN[text]
    if text == "cdktf.IResolvable":
        return "bool"
    if text.endswith("[]"):
        inner = plain_type(text[:-2])
        return inner and ["list", inner]
    if found := re.fullmatch(r"\{ ?\[key: string\]: (.*?);? ?\}", text):
        inner = plain_type(found[1])
        return inner and ["map", inner]
    return None


def named(text):
    """The interface that a type names, and how often it may stand."""
    text = re.sub(r"\s*\|\s*cdktf\.IResolvable", "", text).strip().strip("()").strip()
    if found := re.fullmatch(r"\{ ?\[key: string\]: (\w+);? ?\}", text):
        return found[1], "map"
    if text.endswith("[]"):
        return text[:-2].strip("() "), "list"
    return text, "single"


def body(properties, interfaces, seen=()):
    attributes, blocks = [], []
    for entry in properties:
        made = {"name": entry["name"], "required": not entry["optional"]}
        if (kind := plain_type(entry["type"])) is not None:
            attributes.append({**made, "type": kind})
            continue
        name, nesting = named(entry["type"])
        if name not in interfaces:
            raise SystemExit(f"error: `{entry['name']}` has the type `{entry['type']}`, which is not known")
        # Some resources hold themselves, and the provider ends them after three levels too.
        if seen.count(name) > 2:
            continue
        inner = body(interfaces[name], interfaces, (*seen, name))
        if not entry["block"]:
            attributes.append({**made, "nested": inner, "nesting": nesting})
        elif entry["name"] == "timeouts":
            blocks.append({"name": "timeouts", "body": inner, "nesting": "single"})
        else:
            limit = {"maximum": 1} if nesting == "single" else {}
            blocks.append({"name": entry["name"], "body": inner, "nesting": "list", "minimum": int(made["required"]), **limit})
    return {"attributes": attributes, "blocks": blocks}


def whole(interfaces, main):
    config = interfaces.get(main["name"] + "Config", [])
    made = body([entry for entry in config if entry["name"] != "alias" or main["kind"] != "Provider"], interfaces)
    if main["kind"] == "Provider":
        return made
    names = {entry["camel"] for entry in config}
    for camel, text in main["getters"]:
        if camel in names or camel.endswith("Input"):
            continue
        kind = plain_type(text) or "dynamic"
        made["attributes"].append({"name": snake(camel), "type": kind, "read_only": True})
    return made


def main():
    source, out, prefixes = Path(sys.argv[1]), Path(sys.argv[2]), tuple(sys.argv[3:])
    schemas = {"provider": None, "resources": {}, "data_sources": {}}
    for folder in sorted(path for path in source.iterdir() if path.is_dir()):
        short = folder.name.removeprefix("data-").removeprefix(f"{out.stem}-")
        if prefixes and folder.name != "provider" and not short.startswith(prefixes):
            continue
        interfaces, found = read(folder)
        if found is None:
            raise SystemExit(f"error: `{folder}` declares no resource, data source or provider")
        made = whole(interfaces, found)
        if found["kind"] == "Provider":
            schemas["provider"] = made
        else:
            schemas["resources" if found["kind"] == "Resource" else "data_sources"][found["type"]] = made
    if schemas["provider"] is None or not schemas["resources"]:
        raise SystemExit(f"error: `{source}` holds no provider")
    out.write_text(json.dumps(schemas))
    print(f"{out.stem}: {len(schemas['resources'])} resources, {len(schemas['data_sources'])} data sources")


main()

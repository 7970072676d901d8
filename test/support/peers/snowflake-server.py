"""fakesnow's HTTP server as the Node driver needs it, with the rules of Snowflake that fakesnow leaves out.

Run by snowflake.ts as `python snowflake-server.py PORT`; the secret of its control route comes by the environment.
What it adds, and nothing else:
- answers in JSON rows (the Node driver reads no Arrow) that count what they return;
- key-pair sign-in: issuer, fingerprint of either of two keys of the user, lifetime;
- rights: a user who may only read, as Snowflake words the refusal;
- writes one at a time, as Snowflake's locks on a table make them;
- one answer per request id, so that a request that is sent again does not run again;
- a failed conversion or constraint is an error of the statement, not of the server;
- a MERGE whose values are expressions over columns of its source;
- an internal stage as Google's storage with a token for the folder, LIST of a path, and REMOVE;
- the SQL API over the same engine: key-pair tokens as bearer, statements without a session, 202 with a handle for what
  writes, parts of a hundred rows that come compressed, 422 with Snowflake's code, one execution per request id.
"""

import base64
import datetime as dt
import decimal
import gzip
import hashlib
import json
import os
import re
import secrets
import sys
import threading
from pathlib import Path

import duckdb
import jwt
import uvicorn
from cryptography.hazmat.primitives import serialization
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import fakesnow.server as served
from fakesnow.cursor import FakeSnowflakeCursor
from fakesnow.transforms import stage
from sqlglot import exp
from snowflake.connector.errors import ProgrammingError

CONTROL_SECRET = os.environ.pop("HOLDFAST_PEER_SECRET")
ACCOUNT = "HOLDFAST-TEST"
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
READING = re.compile(r"\s*(select|show|describe|desc|list|ls|with|use|explain)\b", re.I)
UPLOAD_TOKEN = secrets.token_urlsafe(24)

users = {}  # name -> {"keys": [(public key, fingerprint)], "rights": "all" | "read"}
sessions = {}  # session token -> {"user", "warehouse", "role"}
answers = {}  # request id -> answer
stage_at = {}  # "address": where the stage is said to be, instead of here
policies = {}  # (table, column) -> masking policy or collation, as DESCRIBE TABLE would tell it
writing = threading.RLock()


def cell(value, kind):
    """A value as the JSON rows of the protocol have it: text, or null."""
    if value is None:
        return None
    if kind == "boolean":
        return "1" if value else "0"
    if kind == "date":
        return str((value - EPOCH.date()).days)
    if kind == "time":
        return "%d.%09d" % (value.hour * 3600 + value.minute * 60 + value.second, value.microsecond * 1000)
    if kind.startswith("timestamp"):
        since = (value if value.tzinfo else value.replace(tzinfo=dt.timezone.utc)) - EPOCH
        seconds = "%d.%09d" % (since.days * 86400 + since.seconds, since.microseconds * 1000)
        return seconds + " 1440" if kind == "timestamp_tz" else seconds
    if kind == "binary":
        return bytes(value).hex().upper()
    if isinstance(value, (dict, list)):
        return json.dumps(value, default=str)
    return repr(value) if isinstance(value, float) else str(value)


def rows_of(table, rowtype):
    columns = [column.to_pylist() for column in table.columns]
    return [[cell(value, rowtype[i]["type"]) for i, value in enumerate(row)] for row in zip(*columns)]


served.to_sf = rows_of
served.to_ipc = lambda rows: json.dumps(rows).encode()


class Answer(JSONResponse):
    """An answer whose rows are JSON."""

    def __init__(self, content, **more):
        data = content.get("data") if isinstance(content, dict) else None
        if isinstance(data, dict) and data.get("queryResultFormat") == "arrow":
            encoded = data.pop("rowsetBase64")
            data["rowset"] = json.loads(base64.b64decode(encoded)) if encoded else []
            data["queryResultFormat"] = "json"
        if isinstance(data, dict) and "rowset" in data:
            data["returned"] = len(data["rowset"])
            data.setdefault("chunks", [])
        super().__init__(content, **more)


served.JSONResponse = Answer


def from_binding(binding, known=served.from_binding):
    # The driver gives a column of an array the type of its first row.
    fixed = binding.get("type") == "FIXED" and binding.get("value") and "." in binding["value"]
    return decimal.Decimal(binding["value"]) if fixed else known(binding)


served.from_binding = from_binding


def execute(self, command, *args, known=FakeSnowflakeCursor.execute, **more):
    try:
        if READING.match(command):
            return known(self, command, *args, **more)
        with writing:
            return known(self, command, *args, **more)
    except duckdb.ConstraintException as error:
        raise ProgrammingError(msg=f"NULL result in a non-nullable column: {error}", errno=100072, sqlstate="22000")
    except (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.InvalidInputException) as error:
        raise ProgrammingError(msg=f"Value is not recognized: {error}", errno=100038, sqlstate="22018")
    except duckdb.IOException as error:
        raise ProgrammingError(msg=f"Remote file was not found: {error}", errno=100016, sqlstate="22000")


FakeSnowflakeCursor.execute = execute


def merge_candidates(merge, known=sys.modules["fakesnow.transforms.merge"]._create_merge_candidates):
    candidates = known(merge)
    select = candidates.expression
    source = merge.args["using"].alias_or_name
    taken = {str(column) for column in select.expressions}
    for when in merge.args["whens"]:
        for column in when.args["then"].find_all(exp.Column):
            if column.table == source and str(column) not in taken:
                taken.add(str(column))
                select.select(column.copy(), copy=False)
    return candidates


sys.modules["fakesnow.transforms.merge"]._create_merge_candidates = merge_candidates


def refusal(code, message):
    return JSONResponse({"data": {"authnMethod": "KEYPAIR"}, "code": code, "message": message, "success": False})


async def read(request):
    body = await request.body()
    return json.loads(gzip.decompress(body) if request.headers.get("content-encoding") == "gzip" else body)


async def sign_in(request, known=served.login_request):
    data = (await read(request))["data"]
    name = (data.get("LOGIN_NAME") or "").upper()
    if data.get("ACCOUNT_NAME", "").upper() != ACCOUNT:
        return Response("<html>404 Not Found</html>", status_code=404, media_type="text/html")
    user = users.get(name)
    if data.get("AUTHENTICATOR") != "SNOWFLAKE_JWT" or user is None:
        return refusal("390100", "Incorrect username or password was specified.")
    if not any(accepts(data.get("TOKEN", ""), name, *key) for key in user["keys"]):
        return refusal("390144", "JWT token is invalid. [0ce9eb56-821d-4ca9-a774-04ae89a0cf5a]")
    answer = await known(request)
    session = json.loads(answer.body)
    asked = request.query_params
    sessions[session["data"]["token"]] = {"user": name, **{part: asked.get(part) for part in ("warehouse", "roleName")}}
    session["data"].update(masterToken="", validityInSeconds=3600, masterValidityInSeconds=14400)
    return JSONResponse(session)


def accepts(token, name, key, fingerprint):
    """Snowflake's rule for a key-pair token; the Node driver puts milliseconds where seconds belong, and is let."""
    try:
        claims = jwt.decode(token, key, algorithms=["RS256"], options={"verify_iat": False, "verify_exp": False})
    except jwt.InvalidTokenError:
        return False
    expires = claims["exp"] / (1000 if claims["exp"] > 1e11 else 1)
    left = expires - dt.datetime.now(dt.timezone.utc).timestamp()
    return claims["iss"] == f"{ACCOUNT}.{name}.SHA256:{fingerprint}" and 0 < left <= 3600


async def query(request, known=served.query_request):
    body = await read(request)
    session = sessions.get(request.headers.get("Authorization", "")[17:-1], {})
    if users.get(session.get("user"), {}).get("rights") == "read" and not READING.match(body["sqlText"]):
        code = "003001"
        message = "SQL access control error: Insufficient privileges to operate on the object."
        return JSONResponse(
            {"data": {"errorCode": code, "sqlState": "42501"}, "code": code, "message": message, "success": False}
        )
    request_id = request.query_params.get("requestId")
    if request_id in answers:
        return JSONResponse(answers[request_id])
    sql, finish = rewritten(body["sqlText"], session)
    # fakesnow reads the body again, from where Starlette keeps it.
    request._body = json.dumps({**body, "sqlText": sql}).encode()
    request.scope["headers"] = [pair for pair in request.scope["headers"] if pair[0] != b"content-encoding"]
    request.__dict__.pop("_headers", None)
    answer = await known(request)
    if answer.status_code != 200:
        return answer
    content = json.loads(answer.body)
    if content["success"]:
        finish(content["data"])
    if request_id is not None and not READING.match(sql):
        answers[request_id] = content
    return JSONResponse(content)


def rewritten(sql, session):
    """What fakesnow is asked instead, and what is to be done to its answer."""
    listed = re.match(r"\s*list\s+@([\w.]+)/(\S+)\s*$", sql, re.I)
    if listed is not None:
        prefix = f"{listed[1].split('.')[-1].lower()}/{listed[2]}"
        return f"LIST @{listed[1]}", lambda data: keep_rows(data, lambda row: row[0].startswith(prefix))
    removed = re.match(r"\s*remove\s+@([\w.]+)/(\S+)\s*$", sql, re.I)
    if removed is not None:
        root = Path(stage.internal_dir(".".join(part.upper() for part in removed[1].split("."))))
        found = [path for path in root.rglob("*") if path.is_file() and f"{path.relative_to(root)}".startswith(removed[2])]
        for path in found:
            path.unlink()
        return f"SELECT {len(found)} AS \"removed\"", lambda data: None
    described = re.match(r'\s*desc(?:ribe)?\s+table\s+(?:\S+\.)?"?(\w+)"?\s*$', sql, re.I)
    if described is not None:
        return sql, lambda data: with_policies(described[1].upper(), data)
    literal = {part: f"'{session[part]}'" if session.get(part) else "NULL" for part in ("warehouse", "roleName")}
    sql = re.sub(r"(?i)\bcurrent_warehouse\(\)", literal["warehouse"], sql)
    return re.sub(r"(?i)\bcurrent_role\(\)", literal["roleName"], sql), lambda data: None


def keep_rows(data, wanted):
    data["rowset"] = [row for row in data["rowset"] if wanted(row)]
    data["total"] = data["returned"] = len(data["rowset"])


def with_policies(table, data):
    """Puts into a description the policies and collations that the control route set."""
    names = [column["name"].lower() for column in data["rowtype"]]
    for row in data["rowset"]:
        policy = policies.get((table, row[names.index("name")]))
        if policy is not None and policy.startswith("COLLATE"):
            row[names.index("type")] += " " + policy
        elif policy is not None:
            row[names.index("policy name")] = policy


def stage_info(request, expr, upload):
    """An internal stage on Google's storage: one token for the folder, and the address of this server as end point."""
    folder = os.path.relpath(upload["stageInfo"]["location"], stage.LOCAL_BUCKET_PATH)
    options = json.loads(request._body)["sqlText"].upper()
    upload["overwrite"] = bool(re.search(r"OVERWRITE\s*=\s*TRUE", options))
    compression = re.search(r"SOURCE_COMPRESSION\s*=\s*(\w+)", options)
    upload["sourceCompression"] = compression[1].lower() if compression else "auto_detect"
    return {
        "locationType": "GCS",
        "location": f"stages/{folder}/",
        "region": "EUROPE-WEST3",
        "endPoint": stage_at.get("address") or f"{request.url.scheme}://{request.url.netloc}",
        "creds": {"GCS_ACCESS_TOKEN": UPLOAD_TOKEN},
    }


served.gcs_stage_info = stage_info


ROWS_A_PART = 100
statements = {}  # handle -> {"user", "left": how often it is still said to run, "answer", "status", "parts"}


async def submit(request):
    """POST /api/v2/statements: one statement, in no session."""
    user = bearer(request)
    if user is None:
        return JSONResponse({"code": "390144", "message": "JWT token is invalid."}, status_code=401)
    asked = json.loads(await request.body())
    if "statement" not in asked or ";" in asked["statement"].rstrip().rstrip(";"):
        return JSONResponse({"code": "000008", "message": "Actual statement count did not match."}, status_code=422)
    token = secrets.token_urlsafe(16)
    connection = served.shared_fs.connect(asked.get("database"), asked.get("schema"))
    served.sessions[token] = connection
    sessions[token] = {"user": user, "warehouse": asked.get("warehouse"), "roleName": asked.get("role")}
    try:
        # The same way as the driver's from here on.
        inner = Request({**request.scope, "headers": [(b"authorization", b'Snowflake Token="%s"' % token.encode())]})
        inner._body = json.dumps({"sqlText": asked["statement"], "bindings": asked.get("bindings")}).encode()
        content = json.loads((await query(inner)).body)
    finally:
        served.sessions.pop(token, None)
        sessions.pop(token, None)
    handle = secrets.token_hex(16)
    statements[handle] = kept(user, handle, content, asked["statement"])
    return await told(request, handle)


def kept(user, handle, content, sql):
    if not content["success"]:
        problem = {"code": content["code"], "message": content["message"], "statementHandle": handle}
        return {"user": user, "left": 0, "status": 422, "answer": problem, "parts": []}
    data = content["data"]
    truths = [i for i, column in enumerate(data["rowtype"]) if column["type"] == "boolean"]
    rows = [[("true" if c == "1" else "false") if i in truths and c else c for i, c in enumerate(r)] for r in data["rowset"]]
    parts = [rows[at : at + ROWS_A_PART] for at in range(0, len(rows), ROWS_A_PART)] or [[]]
    answer = {
        "resultSetMetaData": {
            "numRows": len(rows),
            "format": "jsonv2",
            "rowType": data["rowtype"],
            "partitionInfo": [{"rowCount": len(part)} for part in parts],
        },
        "data": parts[0],
        "code": "090001",
        "sqlState": "00000",
        "message": "Statement executed successfully.",
        "statementHandle": handle,
        "statementStatusUrl": f"/api/v2/statements/{handle}",
    }
    left = 0 if READING.match(sql) else 1
    return {"user": user, "left": left, "status": 200, "answer": answer, "parts": parts}


async def told(request, handle):
    """GET /api/v2/statements/HANDLE, and the first answer to a POST."""
    statement = statements.get(handle)
    if statement is None or bearer(request) != statement["user"]:
        return JSONResponse({"code": "000709", "message": "Statement not found."}, status_code=404)
    if statement["left"] > 0:
        statement["left"] -= 1
        running = {"code": "333334", "message": "Asynchronous execution in progress.", "statementHandle": handle}
        return JSONResponse(running, status_code=202)
    part = int(request.query_params.get("partition", 0))
    if part == 0:
        return JSONResponse(statement["answer"], status_code=statement["status"])
    body = gzip.compress(json.dumps({"data": statement["parts"][part]}).encode())
    return Response(body, media_type="application/json", headers={"content-encoding": "gzip"})


async def status(request):
    return await told(request, request.path_params["handle"])


def bearer(request):
    """The user whose key signed the token; the token must name account and user, as Snowflake wants it."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or request.headers.get("x-snowflake-authorization-token-type") != "KEYPAIR_JWT":
        return None
    for name, user in users.items():
        for key in user["keys"]:
            if accepts(token, name, *key) and jwt.decode(token, options={"verify_signature": False})["sub"] == f"{ACCOUNT}.{name}":
                return name
    return None


async def upload(request):
    if request.headers.get("authorization") != f"Bearer {UPLOAD_TOKEN}":
        return Response(status_code=401)
    target = served._write_bucket_file(request.path_params["path"], await request.body())
    # With a body, so that a proxy can keep its end back.
    return Response("stored", status_code=200 if target else 403)


async def control(request):
    """What an administrator would do: users and their keys, sessions, SQL without one, and what stands on the stage."""
    if request.headers.get("x-peer-secret") != CONTROL_SECRET:
        return Response(status_code=403)
    if request.method == "GET":
        return JSONResponse({"ready": True})
    wish = await read(request)
    if "user" in wish:
        keys = [serialization.load_pem_public_key(pem.encode()) for pem in wish["keys"]]
        users[wish["user"].upper()] = {"keys": [(key, fingerprint_of(key)) for key in keys], "rights": wish["rights"]}
    if "stage" in wish:
        stage_at["address"] = wish["stage"]
    if "policy" in wish:
        policies[(wish["table"], wish["column"])] = wish["policy"]
    if "endSessions" in wish:
        served.sessions.clear()
    rows = []
    if "sql" in wish:
        with writing:
            connection = served.shared_fs.connect(wish["database"], wish["schema"])
            cursor = connection.cursor()
            for statement in wish["sql"]:
                rows = cursor.execute(statement).fetchall()
    told = [[cell(value, "") for value in row] for row in rows]
    return JSONResponse({"rows": told, "sessions": list(served.sessions)})


def fingerprint_of(key):
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


def routes():
    for route in served.routes:
        if route.path == "/session/v1/login-request":
            yield Route(route.path, sign_in, methods=["POST"])
        elif route.path == "/queries/v1/query-request":
            yield Route(route.path, query, methods=["POST"])
        else:
            yield route
    yield Route("/telemetry/send", lambda request: JSONResponse({"success": True}), methods=["POST"])
    yield Route("/stages/{path:path}", upload, methods=["PUT"])
    yield Route("/api/v2/statements", submit, methods=["POST"])
    yield Route("/api/v2/statements/{handle}", status, methods=["GET"])
    yield Route("/control", control, methods=["GET", "POST"])


if __name__ == "__main__":
    uvicorn.run(Starlette(routes=list(routes())), host="127.0.0.1", port=int(sys.argv[1]), log_level="error")

"""An embedded ClickHouse as a process: questions as JSON lines on standard input, answers on file descriptor 3.

The arguments are the folder of an unpacked wheel and one for data. The module is loaded without its package, whose own
imports want pyarrow. Answers have a descriptor of their own because ClickHouse writes to standard output.
"""

import json
import os
import sys

wheel, data = sys.argv[1:]
questions = os.fdopen(os.dup(0), encoding="utf-8")
# An INSERT would wait for rows on standard input.
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
sys.path.insert(0, os.path.join(wheel, "chdb"))
import _chdb  # noqa: E402

connection = _chdb.connect(data)
answers = os.fdopen(3, "w", encoding="utf-8")


def answer(question):
    try:
        result = connection.query(question["sql"], question["format"])
        return {"id": question["id"], "text": result.bytes().decode("utf-8", "surrogateescape")}
    except Exception as error:
        return {"id": question["id"], "error": str(error)}


print(json.dumps({"id": 0, "text": ""}), file=answers, flush=True)
for line in questions:
    print(json.dumps(answer(json.loads(line))), file=answers, flush=True)
# Without the destructors of a server that still reads Kafka.
os._exit(0)

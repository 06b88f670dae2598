#!/usr/bin/env python3
"""Writes a large log with a known number of lines with codes, the same bytes for the same arguments.

  corpus.py OUT [--mib N] [--density D] [--seed S] [--shape mixed|short|long|SYSTEM]

Plain lines come from `fixtures/logs`: those that have nothing like a code. Lines with codes come from there too: those that
`peers/strict.regex` finds and that are beyond doubt. So the question to every measured program has one answer, which is
printed: the numbers of bytes, of lines and of lines with codes.

  mixed  lines of about 113 bytes, in runs of one system
  short  lines of about 37 bytes
  long   lines of 2 to 64 KiB, a code anywhere in them
  SYSTEM lines of one system, such as nginx, java or windows

Only `random.random()` is used: its numbers are the same in every version of Python.
"""
import argparse
import random
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
BLOCK_BYTES = 1 << 18
MOST_BLOCKS = 96

STRICT = re.compile((HERE / "peers/strict.regex").read_text(encoding="utf-8").strip().encode())
# Names, keys that are not strict, codes of other products, and numbers that are in no catalog.
NAMED_OR_FOREIGN = r'ERR_[a-z]|_ERR|NOTLOGIN|6707|code:100\b|onClose|versionCode|warningCode|http status code|"errcode"'
WITH_DOUBT = re.compile(f"(?i){NAMED_OR_FOREIGN}".encode())
NEAR_TO_A_CODE = re.compile(rf"(?i){NAMED_OR_FOREIGN}|(?:code|err|error|ret|码|报错|onError|Exception)\W{{0,9}}-?[1-9]".encode())
# The colors in one and the traps in the other make their lines doubtful.
LEFT_OUT = {"colored.log", "mixed-traps.log"}

SYSTEMS = {
    "syslog": [
        "May  9 12:{m:02}:{s:02} host{a} sshd[{n}]: Accepted publickey for deploy from 192.0.2.{b} port {port} ssh2",
        "May  9 12:{m:02}:{s:02} host{a} systemd[1]: session-{n}.scope: Deactivated successfully.",
        "May  9 12:{m:02}:{s:02} host{a} kernel: [{n}.{big}] eth0: link up, 1000 Mbps, full-duplex, lpa 0x{b:04X}",
        "May  9 12:{m:02}:{s:02} host{a} CRON[{n}]: (root) CMD (test -x /usr/sbin/anacron || run-parts --report /etc/cron.daily)",
        "May  9 12:{m:02}:{s:02} host{a} postfix/smtp[{n}]: {big:X}: to=<user{b}@example.com>, delay={a}.{b}, dsn=2.0.0, status=sent (250 OK)",
        "May  9 12:{m:02}:{s:02} host{a} sshd[{n}]: error: maximum authentication attempts exceeded for root from 192.0.2.{b} port {port} ssh2",
    ],
    "nginx": [
        '192.0.2.{b} - - [09/May/2024:12:{m:02}:{s:02} +0000] "GET /static/app.{a}.js HTTP/1.1" 200 {n} "-" "Mozilla/5.0 (X11; Linux x86_64)"',
        '192.0.2.{b} - user{a} [09/May/2024:12:{m:02}:{s:02} +0000] "POST /v1/orders/{big} HTTP/1.1" 201 {a} "-" "okhttp/4.9.{a}" rt=0.{b:03}',
        '192.0.2.{b} - - [09/May/2024:12:{m:02}:{s:02} +0000] "GET /health?retry={a} HTTP/1.1" 503 0 "-" "kube-probe/1.29" rt=0.00{a}',
        "2024/05/09 12:{m:02}:{s:02} [error] {n}#{n}: *{big} connect() failed (111: Connection refused) while connecting to upstream, "
        'client: 192.0.2.{b}, server: example.com, request: "GET /v1/users/{port} HTTP/1.1", upstream: "http://198.51.100.{b}:8080/"',
    ],
    "java": [
        "2024-05-09 12:{m:02}:{s:02}.{b:03}  INFO {n} --- [nio-8080-exec-{a}] c.e.orders.OrderService : order {big} stored in {a} ms, retry 0",
        "2024-05-09 12:{m:02}:{s:02}.{b:03} DEBUG {n} --- [pool-{a}-thread-1] o.h.SQL : select o.id, o.status from orders o where o.id={big}",
        "2024-05-09 12:{m:02}:{s:02}.{b:03}  WARN {n} --- [scheduling-{a}] c.e.stock.StockClient : slow answer, errors=0, returned {port} rows",
        "java.util.concurrent.TimeoutException: no result within {port} ms",
        "\tat com.example.orders.OrderService.lambda$load${a}(OrderService.java:{n})",
        "\tat java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:11{a})",
    ],
    "android": [
        '05-09 12:{m:02}:{s:02}.{b:03} {n:5} {n:5} D PowerManagerService: acquire lock={big}, flags=0x1, tag="View Lock", uid=10037, pid={n}',
        "05-09 12:{m:02}:{s:02}.{b:03} {n:5} {n:5} I ActivityTaskManager: Displayed com.example.shop/.MainActivity: +{b}ms",
        "05-09 12:{m:02}:{s:02}.{b:03} {n:5} {n:5} V WindowManager: Window{{{big:x} u0 StatusBar}} at {a}, insets [0,{b}][1080,{port}]",
        "05-09 12:{m:02}:{s:02}.{b:03} {n:5} {n:5} E OpenGLRenderer: allocator: result 0, size {port} x {n}, error_code=0",
    ],
    "kubernetes": [
        'I0509 12:{m:02}:{s:02}.{big:06} {n:7} kubelet.go:24{a}] "SyncLoop (PLEG): event for pod" pod="shop/orders-{big:x}" event="ContainerStarted"',
        "E0509 12:{m:02}:{s:02}.{big:06} {n:7} reflector.go:13{a}] failed to list *v1.Pod: the server was unable to return a response in time",
        '{{"log":"level=info msg=\\"compacted blocks\\" from={big} took={a}.{b}s errors=0\\n","stream":"stderr","time":"2024-05-09T12:{m:02}:{s:02}.{big}Z"}}',
        '{{"level":"info","ts":17152578{m:02}.{b:03},"caller":"raft/raft.go:9{a}","msg":"saved snapshot","index":{big},"term":{a}}}',
    ],
}
# Systems whose logs are full of words that begin a search. They have shapes of their own only.
HARD_SYSTEMS = {
    "windows": [
        "2024-05-09 12:{m:02}:{s:02}, Info                  CBS    Session: {big}_{n} initialized by client WindowsUpdateAgent.",
        "2024-05-09 12:{m:02}:{s:02}, Info                  CBS    Failed to internally open package. [HRESULT = 0x800f0805 - CBS_E_INVALID_PACKAGE]",
        "2024-05-09 12:{m:02}:{s:02}, Info                  CSI    {big:08x}@2024/5/9:04:{m:02}:{s:02}.{b} CSI Transaction @0x{n:x} initialized for deployment engine",
        "2024-05-09 12:{m:02}:{s:02}, Info                  CBS    Expecting attribute name [HRESULT = 0x800f080d - CBS_E_MANIFEST_INVALID_ITEM]",
        "2024-05-09 12:{m:02}:{s:02}, Info                  CBS    Warning: Unrecognized packageExtended attribute.",
    ],
    "apache": [
        "[Thu May 09 12:{m:02}:{s:02} 2024] [notice] workerEnv.init() ok /etc/httpd/conf/workers{a}.properties",
        "[Thu May 09 12:{m:02}:{s:02} 2024] [error] mod_jk child workerEnv in error state {a}",
        "[Thu May 09 12:{m:02}:{s:02} 2024] [error] [client 192.0.2.{b}] Directory index forbidden by rule: /var/www/html/",
        "[Thu May 09 12:{m:02}:{s:02} 2024] [notice] jk2_init() Found child {n} in scoreboard slot {a}",
    ],
}
SHORT_PLAIN = ["12:{m:02}:{s:02} I sent message {n} in {b} ms", "12:{m:02}:{s:02} D cache {b} rows, {port} free", "12:{m:02}:{s:02} W slow answer of host{a}, retry"]
SHORT_CODE = ["12:{m:02}:{s:02} E login failed, code: {code}", "12:{m:02}:{s:02} W sendMessage errCode={code}", "12:{m:02}:{s:02} E onError code:{code}, retry"]
LONG_HEAD = "2024-05-09 12:{m:02}:{s:02}.{b:03} DEBUG {n} --- [nio-8080-exec-{a}] c.e.gateway.Trace : response body "
LONG_ROW = '{{"id":{big},"name":"user{n}","tags":["shop","{a}"],"updated":"2024-05-09T12:{m:02}:{s:02}Z","size":{port},"score":0.{b}}},'
LONG_CODE = '{{"ActionStatus":"FAIL","ErrorCode":{code},"ErrorInfo":"request {n} failed"}},'


class Maker:
    """Makes blocks of lines of one shape."""

    def __init__(self, density, seed, shape):
        self.random = random.Random(seed).random
        self.density = density
        self.system = {**SYSTEMS, **HARD_SYSTEMS}.get(shape)
        self.block_of_lines = {"mixed": self.mixed, "short": self.short, "long": self.long}.get(shape, self.one_system)
        self.plain, self.coded = fixture_lines()
        # The short numbers of the Web SDK, and 11000 of MongoDB, count only beside a marker of the product, which short lines do not
        # have.
        codes = [STRICT.search(line).group(1).decode() for line in self.coded]
        self.codes = [code for code in codes if abs(int(code)) >= 6000 and code != "11000"]
        self.rows = "".join(self.fill(LONG_ROW) for _ in range(2000))

    def number(self, most):
        return int(self.random() * most)

    def pick(self, items):
        return items[self.number(len(items))]

    def fill(self, template, **more):
        n, port = 1000 + self.number(30_000), 49_152 + self.number(16_000)
        m, s, a, b, big = self.number(60), self.number(60), self.number(10), 10 + self.number(240), self.number(900_000) + 100_000
        return template.format(m=m, s=s, a=a, b=b, n=n, port=port, big=big, **more)

    def is_coded(self):
        return self.random() < self.density

    def mixed(self):
        system = self.pick([*SYSTEMS, "fixtures"])
        start = self.number(len(self.plain))
        for at in range(start, start + 20 + self.number(180)):
            if self.is_coded():
                yield self.pick(self.coded), True
            elif system == "fixtures":
                yield self.plain[at % len(self.plain)], False
            else:
                yield self.fill(self.pick(SYSTEMS[system])).encode(), False

    def one_system(self):
        coded = self.is_coded()
        yield self.pick(self.coded) if coded else self.fill(self.pick(self.system)).encode(), coded

    def short(self):
        coded = self.is_coded()
        template = self.pick(SHORT_CODE if coded else SHORT_PLAIN)
        yield self.fill(template, code=self.pick(self.codes)).encode(), coded

    def long(self):
        coded = self.is_coded()
        size = int(2048 * 32 ** self.random())
        start = self.number(len(self.rows) - size)
        body = self.rows[start : start + size]
        # The code is between two rows, as in a list of responses.
        at = max(body.rfind("{", 0, self.number(size)), 0)
        code = self.fill(LONG_CODE, code=self.pick(self.codes)) if coded else ""
        yield (self.fill(LONG_HEAD) + body[:at] + code + body[at:]).encode(), coded

    def block(self):
        """A block with its numbers of lines and of lines with codes."""
        lines, size, coded_lines = [], 0, 0
        while size < BLOCK_BYTES:
            for line, coded in self.block_of_lines():
                lines.append(line)
                size += len(line) + 1
                coded_lines += coded
        return b"\n".join(lines) + b"\n", len(lines), coded_lines


def fixture_lines():
    """The plain lines of the sample logs, and those with codes."""
    files = [path for path in sorted((HERE.parent / "fixtures/logs").glob("*.log")) if path.name not in LEFT_OUT]
    lines = [line for path in files for line in path.read_bytes().splitlines() if line]
    plain = [line for line in lines if not STRICT.search(line) and not NEAR_TO_A_CODE.search(line)]
    coded = [line for line in lines if STRICT.search(line) and not WITH_DOUBT.search(line)]
    return plain, coded


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("out")
    options.add_argument("--mib", type=int, default=256, help="size in MiB, a little more is written (default: 256)")
    options.add_argument("--density", type=float, default=0.001, help="share of the lines that have a code (default: 0.001)")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--shape", choices=["mixed", "short", "long", *SYSTEMS, *HARD_SYSTEMS], default="mixed")
    chosen = options.parse_args()

    maker = Maker(chosen.density, chosen.seed, chosen.shape)
    blocks = [maker.block() for _ in range(min(MOST_BLOCKS, chosen.mib * 4))]
    size = lines = coded_lines = 0
    with open(chosen.out, "wb") as out:
        while size < chosen.mib << 20:
            block, block_lines, block_coded_lines = maker.pick(blocks)
            out.write(block)
            size, lines, coded_lines = size + len(block), lines + block_lines, coded_lines + block_coded_lines
    print(size, lines, coded_lines)


if __name__ == "__main__":
    main()

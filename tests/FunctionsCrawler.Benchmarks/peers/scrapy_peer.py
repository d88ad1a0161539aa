"""Crawls a site with Scrapy by following its links, and prints what it found as one line of JSON.

Usage: scrapy runspider --nolog scrapy_peer.py -a start=URL -s CONCURRENT_REQUESTS=N -s CONCURRENT_REQUESTS_PER_DOMAIN=N
All other settings are Scrapy's defaults, but for the console that it serves over telnet.
"""

import json

from scrapy import Spider
from scrapy.linkextractors import LinkExtractor


class PeerSpider(Spider):
    name = "peer"
    custom_settings = {"TELNETCONSOLE_ENABLED": False}

    def __init__(self, start, **arguments):
        super().__init__(**arguments)
        self.start_urls = [start]
        self.links = LinkExtractor()
        self.pages = set()
        self.failed = 0

    def parse(self, response):
        if response.css("h1::text").get(default="").strip():
            self.pages.add(response.url)
        else:
            self.failed += 1
        for link in self.links.extract_links(response):
            yield response.follow(link, errback=self.fail)

    def fail(self, failure):
        self.failed += 1

    def closed(self, reason):
        print(json.dumps({"pages": len(self.pages), "failed": self.failed}), flush=True)

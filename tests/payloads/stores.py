"""Buckets by other people's clients, as the tests call them: `stores.py CLOUD:BUCKET COMMAND …`; and as `client.py` has
them, with the drivers of Temporal's SDK.

CLOUD is `s3`, `gs` or `az`. Where a cloud is and who asks is in the variables that flock reads too.
"""

import asyncio
import hashlib
import json
import os
import sys
import urllib.request
from contextlib import asynccontextmanager

from temporalio.api.common.v1 import Payload
from temporalio.converter import StorageDriver, StorageDriverClaim


class OwnDriver(StorageDriver):
    """For the stores of flock that the SDK has no driver for: folders and Azure."""

    def __init__(self, name, put, get, **where):
        self.named, self.put, self.get, self.where = name, put, get, where

    def name(self):
        return self.named

    async def store(self, context, payloads):
        claims = []
        for payload in payloads:
            data = payload.SerializeToString()
            digest = hashlib.sha256(data).hexdigest()
            key = f"v0/ns/python/d/sha256/{digest}"
            self.put(key, data)
            claims.append(StorageDriverClaim({"key": key, "hash_algorithm": "sha256", "hash_value": digest, **self.where}))
        return claims

    async def retrieve(self, context, claims):
        payloads = []
        for claim in claims:
            data = self.get(claim.claim_data["key"])
            if hashlib.sha256(data).hexdigest() != claim.claim_data["hash_value"]:
                raise ValueError("it is not what was put there")
            payloads.append(Payload.FromString(data))
        return payloads


class S3:
    def __init__(self, session, client, bucket):
        self.session, self.client, self.bucket = session, client, bucket

    async def make(self):
        """A bucket, and somebody who may do everything; from then on nobody else may."""
        await self.client.create_bucket(Bucket=self.bucket)
        allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        async with self.session.client("iam") as iam:
            await iam.create_user(UserName="flock")
            await iam.put_user_policy(UserName="flock", PolicyName="all", PolicyDocument=json.dumps(allowed))
            made = (await iam.create_access_key(UserName="flock"))["AccessKey"]
        here = os.environ["AWS_ENDPOINT_URL"]
        # Signatures are looked at from the next request on.
        looks = urllib.request.Request(f"{here}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"})
        urllib.request.urlopen(looks).close()
        print(made["AccessKeyId"], made["SecretAccessKey"])

    async def keys(self):
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return [found["Key"] async for page in pages for found in page.get("Contents", [])]

    async def remove(self, key):
        await self.client.delete_object(Bucket=self.bucket, Key=key)

    def driver(self):
        from temporalio.contrib.aws.s3driver import S3StorageDriver
        from temporalio.contrib.aws.s3driver.aioboto3 import new_aioboto3_client

        return S3StorageDriver(new_aioboto3_client(self.client), self.bucket)


class Google(S3):
    """What Google answers by XML is as on S3, and so the client is."""

    async def make(self):
        await self.client.create_bucket(Bucket=self.bucket)

    def driver(self):
        from temporalio.contrib.aws.s3driver.aioboto3 import new_aioboto3_client
        from temporalio.contrib.gcp.gcsdriver import GCSStorageDriver, GCSStorageDriverClient

        s3 = new_aioboto3_client(self.client)

        class Client(GCSStorageDriverClient):
            async def put_object(self, *, bucket, object_name, data):
                await s3.put_object(bucket=bucket, key=object_name, data=data)

            async def object_exists(self, *, bucket, object_name):
                return await s3.object_exists(bucket=bucket, key=object_name)

            async def get_object(self, *, bucket, object_name):
                return await s3.get_object(bucket=bucket, key=object_name)

        return GCSStorageDriver(Client(), self.bucket)


class Azure:
    def __init__(self, client):
        self.client = client

    async def make(self):
        self.client.create_container()

    async def keys(self):
        return [found.name for found in self.client.list_blobs()]

    async def remove(self, key):
        self.client.delete_blob(key)

    def driver(self):
        def put(key, data):
            self.client.upload_blob(key, data, overwrite=True)

        def get(key):
            return self.client.download_blob(key).readall()

        return OwnDriver("flock.azure", put, get, container=self.client.container_name)


@asynccontextmanager
async def bucket(cloud, name):
    said = os.environ
    if cloud == "az":
        from azure.storage.blob import ContainerClient

        who = {"account_name": said["AZURE_STORAGE_ACCOUNT_NAME"], "account_key": said["AZURE_STORAGE_ACCOUNT_KEY"]}
        with ContainerClient(said["AZURE_STORAGE_ENDPOINT"], name, credential=who) as client:
            yield Azure(client)
        return
    import aioboto3

    if cloud == "gs":
        said["AWS_ENDPOINT_URL"] = said["GOOGLE_BASE_URL"]
        said["AWS_ACCESS_KEY_ID"] = said["AWS_SECRET_ACCESS_KEY"] = "anybody"
        said["AWS_DEFAULT_REGION"] = "us-east-1"
    session = aioboto3.Session()
    async with session.client("s3") as client:
        yield {"s3": S3, "gs": Google}[cloud](session, client, name)


async def main(cloud, name, command, *rest):
    async with bucket(cloud, name) as store:
        for line in await getattr(store, command)(*rest) or []:
            print(line)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1].split(":"), *sys.argv[2:]))

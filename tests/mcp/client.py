"""Python's client of MCP against the program: `client.py PROGRAM WORKSPACE`.

It checks every structured answer against the tool's schema by itself.
"""

import asyncio
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main(program: str, workspace: str) -> None:
    server = StdioServerParameters(command=program, args=["mcp", workspace])
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        begun = await session.initialize()
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        assert len(tools) == 10, tools.keys()

        async def call(tool: str, **arguments: object) -> dict:
            answer = await session.call_tool(tool, arguments)
            assert not answer.is_error, answer.content
            return answer.structured_content

        said = await call("render", message="offer_wallet", recipient="anna", part="subject")
        assert said["parts"][0]["text"] == "Anna, 2 offers are waiting", said
        assert (await call("lint"))["errors"] == 0
        body = "templates/offer_wallet/body.html"
        said = await call("lint", of=body, files={body: "{{${frist_name}}}"})
        assert said["findings"][0]["rule"] == "unknown-attribute", said
        said = await call("review", files={"templates/offer_wallet/subject.liquid": "Hi"})
        assert said["differing"] == 12 and said["changes"][0]["causes"], said
        for name, arguments in {
            "fix": {}, "explain": {"name": "upcase"}, "shape": {"of": "get_user_offers"},
            "contract": {"message": "offer_wallet"}, "test": {}, "scenarios": {},
            "complete": {"path": body, "line": 8, "column": 20},
        }.items():
            await call(name, **arguments)
        refused = await session.call_tool("render", {"message": "offer_walet"})
        assert refused.is_error and "did you mean `offer_wallet`" in refused.content[0].text
        resources = (await session.list_resources()).resources
        for resource in resources:
            assert (await session.read_resource(resource.uri)).contents[0].text, resource
        prompts = (await session.list_prompts()).prompts
        prompt = await session.get_prompt("review_message", {"message": "offer_wallet"})
        assert "offer_wallet" in prompt.messages[0].content.text
        print(
            f"Python's client ({begun.protocol_version}): "
            f"{len(tools)} tools, {len(resources)} resources, {len(prompts)} prompts"
        )


asyncio.run(main(*sys.argv[1:]))

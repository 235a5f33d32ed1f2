"""The MCP server, driven by the SDK's own client: mostly over pipes, in processes of their own."""

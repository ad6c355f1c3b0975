"""What a deployment would do in Bedrock's terms, before it is done."""

"""The only users of boto3 in Lambda code: one gateway per AWS service, speaking the domain's words."""

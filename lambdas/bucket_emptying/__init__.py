"""`Custom::EmptiedBucket`: empties a bucket before CloudFormation deletes it, where data need not be kept."""

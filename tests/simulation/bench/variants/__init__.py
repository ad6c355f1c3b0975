"""All planted flaws."""

from tests.simulation.bench.variants.operations import OPERATIONS
from tests.simulation.bench.variants.protocol import PROTOCOL
from tests.simulation.bench.variants.purchases import PURCHASES
from tests.simulation.bench.variants.removal import REMOVAL
from tests.simulation.bench.variants.serving import SERVING

VARIANTS = {variant.name: variant for variant in (*PROTOCOL, *PURCHASES, *REMOVAL, *SERVING, *OPERATIONS)}

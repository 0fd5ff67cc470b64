import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Starts a simulator before the first test class that asks for it, and gives each test a sandbox of
 * its own as a parameter. After a test that has passed, what its scenario says that the client must
 * do is checked; of one that has failed the sandbox's requests are printed.
 */
public final class SimulatorExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final Namespace HERE = Namespace.create(SimulatorExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        simulator(context);
    }

    /** One for all classes; JUnit closes it at the end. */
    private static Simulator simulator(ExtensionContext context) {
        return context.getRoot().getStore(HERE)
                .getOrComputeIfAbsent(Simulator.class, key -> Simulator.start(), Simulator.class);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Scenario scenario = context.getRequiredTestMethod().getAnnotation(Scenario.class);
        sandbox(context, scenario == null ? null : scenario.value());
    }

    private static Sandbox sandbox(ExtensionContext context, String scenario) {
        return context.getStore(HERE).getOrComputeIfAbsent(Sandbox.class,
                key -> simulator(context).sandbox(scenario, context.getRequiredTestMethod().getName()), Sandbox.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Sandbox sandbox = context.getStore(HERE).remove(Sandbox.class, Sandbox.class);
        try {
            if (context.getExecutionException().isPresent()) {
                System.err.println(context.getDisplayName() + " has failed; its sandbox got " + sandbox.journal());
            } else {
                sandbox.check();
            }
        } finally {
            sandbox.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Sandbox.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(HERE).get(Sandbox.class, Sandbox.class);
    }
}

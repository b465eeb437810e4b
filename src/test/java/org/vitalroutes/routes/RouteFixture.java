package org.vitalroutes.routes;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.reset;
import static org.mockito.Mockito.when;

import ca.uhn.fhir.rest.client.api.IGenericClient;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jackson.JacksonDataFormat;
import org.apache.camel.component.jdbc.JdbcComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.DataFormatFactory;
import org.apache.camel.spring.spi.ApplicationContextBeanRepository;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ProcessorEndpoint;
import org.apache.camel.support.ResourceHelper;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.ClassPathBeanDefinitionScanner;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.transaction.PlatformTransactionManager;
import org.vitalroutes.breaker.AdaptiveConcurrency;
import org.vitalroutes.breaker.Breaker;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.fhir.ServerBase;
import org.vitalroutes.fhir.deliver.Transactions;
import org.vitalroutes.fhir.table.MappingTables;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.fhir.translate.Mapping;
import org.vitalroutes.fhir.translate.Translators;
import org.vitalroutes.fhir.wire.Capabilities;
import org.vitalroutes.fhir.wire.FhirClients;
import org.vitalroutes.fhir.wire.FhirServer;
import org.vitalroutes.fhir.wire.ServerProbe;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.settings.ConnectSettings;
import org.vitalroutes.settings.FetchSettings;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.settings.MappingSettings;
import org.vitalroutes.settings.ServiceSettings;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.simulator.MovableClock;
import org.vitalroutes.smart.SmartKeys;
import org.vitalroutes.store.AccountSubscriptions;
import org.vitalroutes.store.AccountTokens;
import org.vitalroutes.store.AccountViews;
import org.vitalroutes.store.AccountZones;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Budget;
import org.vitalroutes.store.CallerBounds;
import org.vitalroutes.store.ConnectLinks;
import org.vitalroutes.store.Inbox;
import org.vitalroutes.store.KnownDevices;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.store.OAuthStates;
import org.vitalroutes.store.Outages;
import org.vitalroutes.store.Overview;
import org.vitalroutes.store.OwnCallbacks;
import org.vitalroutes.store.Rechecks;
import org.vitalroutes.store.Redelivery;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.store.UnconfirmedGrants;
import org.vitalroutes.store.UnlinkReports;
import org.vitalroutes.testsupport.FhirPool;
import org.vitalroutes.testsupport.StepCoverage;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.tracing.Traces;
import org.vitalroutes.withings.WithingsProvider;
import org.vitalroutes.withings.WithingsSignature;

/**
 * Runs route files with their real steps and the real error handling, and nothing else of the
 * service: the stores are mocks, a {@link Neighbour} stands for each endpoint of another route
 * file, and every timer, schedule and HTTP path is replaced by {@code direct:} and the route's id.
 */
final class RouteFixture implements AutoCloseable {

  static final Budget.Permit PERMIT = new Budget.Permit(3, 9);
  static final Instant NOW = Instant.parse("2024-03-02T10:15:30Z");

  private static final Set<String> EXTERNAL = Set.of("timer", "quartz", "platform-http");

  final Accounts accounts = mock(Accounts.class);
  final AccountTokens tokens = mock(AccountTokens.class);
  final AccountSubscriptions subscriptions = mock(AccountSubscriptions.class);
  final AccountViews views = mock(AccountViews.class);
  final OAuthStates states = mock(OAuthStates.class);
  final UnconfirmedGrants grants = mock(UnconfirmedGrants.class);
  final ConnectLinks links = mock(ConnectLinks.class);
  final CallerBounds bounds = mock(CallerBounds.class);
  final Budget budget = mock(Budget.class);
  final KnownDevices devices = mock(KnownDevices.class);
  final Inbox inbox = mock(Inbox.class);
  final Ledger ledger = mock(Ledger.class);
  final Outages outages = mock(Outages.class);
  final Overview overview = mock(Overview.class);
  final OwnCallbacks callbacks = mock(OwnCallbacks.class);
  final UnlinkReports unlinks = mock(UnlinkReports.class);
  final Rechecks rechecks = mock(Rechecks.class);
  final Redelivery redelivery = mock(Redelivery.class);
  final SyncRequests requests = mock(SyncRequests.class);
  final AccountZones zones = mock(AccountZones.class);

  /** For the breakers only; all other clocks stand at {@link #NOW}. */
  final MovableClock breakersClock = new MovableClock(NOW);

  private static final MappingTables TABLES = MappingTables.standard();

  private static final Capabilities R5 = new Capabilities("5.0.0", "", List.of());

  final FhirServer fhirServer = new FhirServer(null, breakersClock);

  final AdaptiveConcurrency concurrency = new AdaptiveConcurrency(4);
  final Breakers breakers =
      new Breakers(Duration.ofMinutes(1), breakersClock, RandomGenerator.getDefault());
  final CountingTransactions transactions = new CountingTransactions();
  final MeterRegistry meters = new SimpleMeterRegistry();

  private final Map<String, Neighbour> neighbours = new LinkedHashMap<>();
  private final AnnotationConfigApplicationContext beans = new AnnotationConfigApplicationContext();
  private final DefaultCamelContext camel;
  private final ProducerTemplate producer;
  private final Path folder;
  private final MeasureTable measures;

  private RouteFixture(
      TestSettings settings,
      Path folder,
      MeasureTable measures,
      Map<String, String> moreSettings,
      String... names)
      throws Exception {
    StepCoverage.begin();
    FhirPool.begin();
    this.folder = folder;
    this.measures = measures;
    leaveCalls();
    ConfigurableEnvironment environment = environment(settings);
    registerBeans(environment);
    camel = new DefaultCamelContext(new ApplicationContextBeanRepository(beans));
    Properties placeholders = placeholders(environment);
    placeholders.putAll(moreSettings);
    camel.getPropertiesComponent().setInitialProperties(placeholders);
    camel.getShutdownStrategy().setTimeout(2);
    camel
        .getRegistry()
        .bind(
            "jackson-dataformat-factory",
            (DataFormatFactory)
                () -> new JacksonDataFormat(beans.getBean(ObjectMapper.class), null));
    camel.addComponent("jdbc", new NeighbouringComponent(neighbour("jdbc:dataSource")));
    load("errors");
    for (String name : names) {
      load(name);
    }
    for (RouteDefinition route : camel.getRouteDefinitions()) {
      if (EXTERNAL.contains(route.getInput().getEndpointUri().split(":", 2)[0])) {
        route.getInput().setUri("direct:" + route.getId());
      }
    }
    openNeighbours(Set.of(names));
    camel.start();
    producer = camel.createProducerTemplate();
  }

  /** Runs one route file, or several that send to each other. */
  static RouteFixture of(String... names) {
    return of(new TestSettings(), names);
  }

  /** Runs a route file with other settings. */
  static RouteFixture of(String name, TestSettings settings) {
    return of(settings, name);
  }

  /** Runs several route files with other settings. */
  static RouteFixture of(TestSettings settings, String... names) {
    return of(settings, Path.of("routes"), TABLES.measures(), Map.of(), names);
  }

  /** Runs a route file of another folder, with another table of measures and more settings. */
  static RouteFixture changed(
      String name,
      TestSettings settings,
      Path folder,
      MeasureTable measures,
      Map<String, String> moreSettings) {
    return of(settings, folder, measures, moreSettings, name);
  }

  private static RouteFixture of(
      TestSettings settings,
      Path folder,
      MeasureTable measures,
      Map<String, String> moreSettings,
      String... names) {
    try {
      return new RouteFixture(
          settings.set("FHIR_SERVER_URL", fhirServer(settings)),
          folder,
          measures,
          moreSettings,
          names);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends a message to an endpoint, and waits until its route has ended. */
  Exchange send(String endpoint, Object body) {
    return send(endpoint, body, Map.of(), Map.of());
  }

  /** Sends a message with headers and variables. */
  Exchange send(
      String endpoint, Object body, Map<String, Object> headers, Map<String, Object> variables) {
    return producer.send(
        endpoint,
        exchange -> {
          exchange.getMessage().setBody(body);
          exchange.getMessage().setHeaders(new LinkedHashMap<>(headers));
          variables.forEach(exchange::setVariable);
        });
  }

  /** The replacement of an endpoint of another route file, or of {@code jdbc:dataSource}. */
  Neighbour neighbour(String endpoint) {
    return neighbours.computeIfAbsent(endpoint, Neighbour::new);
  }

  private void leaveCalls() {
    when(budget.take(any())).thenReturn(Optional.of(PERMIT));
    when(budget.view()).thenReturn(new Budget.View(120, 120, 120, null));
    when(requests.anyDue()).thenReturn(true);
    when(inbox.anyWaiting()).thenReturn(true);
  }

  /** How often something was counted. */
  double counted(String meter, String... tags) {
    var counter = meters.find(meter).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  /** Resets mocks and recorded messages. */
  void forget() {
    reset(
        accounts,
        tokens,
        subscriptions,
        views,
        redelivery,
        states,
        grants,
        links,
        bounds,
        budget,
        devices,
        inbox,
        ledger,
        outages,
        overview,
        rechecks,
        callbacks,
        unlinks,
        requests,
        zones);
    breakers.all().forEach(this::mend);
    leaveCalls();
    transactions.forget();
    neighbours.values().forEach(Neighbour::forget);
    meters.clear();
  }

  /** Closes a breaker, with so many answers that earlier failures no longer count. */
  private void mend(Breaker breaker) {
    breakersClock.advance(Duration.ofHours(1));
    fhirServer.record(R5);
    breaker.unblock();
    for (int i = 0; i < 20; i++) {
      breaker.admits();
      breaker.answered();
    }
    breaker.consumeRecovery();
  }

  @Override
  public void close() {
    camel.stop();
    beans.close();
  }

  private void load(String fixture) throws Exception {
    PluginHelper.getRoutesLoader(camel)
        .loadRoutes(
            ResourceHelper.resolveResource(
                camel,
                "file:"
                    + folder.resolve(
                        fixture.endsWith(RouteFile.JAVA) ? fixture : fixture + RouteFile.SUFFIX)));
  }

  /** Puts a neighbour at every endpoint that the files send to and do not consume themselves. */
  private void openNeighbours(Set<String> names) throws Exception {
    List<RouteFile> files =
        RouteFolder.of(folder).files().stream()
            .filter(each -> names.contains(each.stem()) || names.contains(each.name()))
            .toList();
    Set<String> endpoints = new LinkedHashSet<>();
    files.forEach(file -> endpoints.addAll(file.sendsTo()));
    files.forEach(file -> endpoints.removeAll(file.consumes()));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            for (String endpoint : endpoints) {
              from(endpoint).errorHandler(noErrorHandler()).process(neighbour(endpoint));
            }
          }
        });
  }

  private void registerBeans(ConfigurableEnvironment environment) {
    WithingsSettings withings = bound(environment, "withings", WithingsSettings.class);
    FhirSettings fhir = bound(environment, "fhir", FhirSettings.class);
    register(Accounts.class, () -> accounts);
    register(AccountTokens.class, () -> tokens);
    register(AccountSubscriptions.class, () -> subscriptions);
    register(AccountViews.class, () -> views);
    register(OAuthStates.class, () -> states);
    register(UnconfirmedGrants.class, () -> grants);
    register(ConnectLinks.class, () -> links);
    register(CallerBounds.class, () -> bounds);
    register(Budget.class, () -> budget);
    register(KnownDevices.class, () -> devices);
    register(Inbox.class, () -> inbox);
    register(Ledger.class, () -> ledger);
    register(Outages.class, () -> outages);
    register(Overview.class, () -> overview);
    register(Redelivery.class, () -> redelivery);
    register(Traces.class, () -> new Traces(""));
    register(OwnCallbacks.class, () -> callbacks);
    register(UnlinkReports.class, () -> unlinks);
    register(Rechecks.class, () -> rechecks);
    register(SyncRequests.class, () -> requests);
    register(AccountZones.class, () -> zones);
    register(Breakers.class, () -> breakers);
    register(AdaptiveConcurrency.class, () -> concurrency);
    register(PlatformTransactionManager.class, () -> transactions);
    register(MeterRegistry.class, () -> meters);
    register(Clock.class, () -> Clock.fixed(NOW, ZoneOffset.UTC));
    register(WithingsSettings.class, () -> withings);
    register(FhirSettings.class, () -> fhir);
    register(FetchSettings.class, () -> bound(environment, "fetch", FetchSettings.class));
    register(ConnectSettings.class, () -> bound(environment, "connect", ConnectSettings.class));
    register(ServiceSettings.class, () -> bound(environment, "", ServiceSettings.class));
    register(
        WebhookSignature.class,
        () -> new WebhookSignature(withings.webhookSecrets(), withings.signatureEncoding()));
    register(
        WithingsProvider.class,
        () ->
            new WithingsProvider(withings.authorizeUrl(), withings.clientId(), withings.scopes()));
    register(
        WithingsSignature.class,
        () -> new WithingsSignature(withings.clientId(), withings.clientSecret()));
    MappingSettings mapping = bound(environment, "", MappingSettings.class);
    register(
        Mapping.class,
        () ->
            new Mapping(
                new MappingTables(
                    measures,
                    TABLES.activity(),
                    TABLES.intraday(),
                    TABLES.workouts(),
                    TABLES.sleep(),
                    TABLES.sleepStages()),
                new Translators.Options(
                    fhir.namespace(),
                    mapping.ambiguousOwner(),
                    mapping.foreignData(),
                    mapping.securityLabels(),
                    mapping.ecgWaveform(),
                    mapping.sleepStages(),
                    mapping.intraday(),
                    mapping.intradayHeartRates())));
    register(
        Transactions.class,
        () -> new Transactions(new ServerBase(fhir.serverUrl()), fhir.bundleSize()));
    register(ObjectMapper.class, () -> new ObjectMapper().registerModule(new JavaTimeModule()));
    fhirServer.record(R5);
    register(FhirServer.class, () -> fhirServer);
    FhirClients clients = new FhirClients(fhir.serverUrl(), 2);
    register(ServerProbe.class, () -> new ServerProbe(clients));
    register(SmartKeys.class, SmartKeys::none);
    beans.registerBean("fhirClient", IGenericClient.class, () -> clients.in(fhirServer::stated));
    ClassPathBeanDefinitionScanner steps = new ClassPathBeanDefinitionScanner(beans);
    // Only those that the fixture uses are made.
    steps.getBeanDefinitionDefaults().setLazyInit(true);
    steps.scan("org.vitalroutes.steps");
    beans.refresh();
  }

  private <T> void register(Class<T> type, Supplier<T> supplier) {
    beans.registerBean(type, supplier, definition -> definition.setLazyInit(true));
  }

  private static String fhirServer(TestSettings settings) {
    return settings.variables().getOrDefault("FHIR_SERVER_URL", "http://localhost:1/fhir");
  }

  private static ConfigurableEnvironment environment(TestSettings settings) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                "test-systemEnvironment", Map.copyOf(settings.variables())));
    try {
      new YamlPropertySourceLoader()
          .load("application", new ClassPathResource("application.yaml"))
          .forEach(environment.getPropertySources()::addLast);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return environment;
  }

  /** The settings as they are by default. */
  static Properties settings() {
    return placeholders(environment(new TestSettings()));
  }

  private static Properties placeholders(ConfigurableEnvironment environment) {
    Properties properties = new Properties();
    for (String key : RouteFolder.ofProject().settings()) {
      properties.setProperty(key, environment.getProperty(key, ""));
    }
    return properties;
  }

  private static <T> T bound(ConfigurableEnvironment environment, String prefix, Class<T> type) {
    return Binder.get(environment).bind(prefix, type).get();
  }

  /** A component of which every endpoint is the same neighbour. */
  private static final class NeighbouringComponent extends JdbcComponent {

    private final Processor neighbour;

    NeighbouringComponent(Processor neighbour) {
      this.neighbour = neighbour;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String rest, Map<String, Object> parameters) {
      parameters.clear();
      return new ProcessorEndpoint(uri, this, neighbour);
    }
  }

  /** The bodies that a neighbour was sent, one type. */
  static <T> List<T> bodies(Neighbour neighbour, Class<T> type) {
    return neighbour.seen().stream().map(seen -> seen.getMessage().getBody(type)).toList();
  }
}

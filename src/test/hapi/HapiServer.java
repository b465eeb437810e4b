import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.FhirContextR4Config;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.r4b.JpaR4BConfig;
import ca.uhn.fhir.jpa.config.r5.JpaR5Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.provider.ServerCapabilityStatementProvider;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.ContextAnnotationAutowireCandidateResolver;
import org.springframework.data.repository.Repository;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/**
 * A HAPI FHIR JPA server on loopback that lives as long as its standard input is open, or with
 * {@code --with=<process id>} as long as that process.
 *
 * <p>{@code --fhir=} is {@code R4}, {@code R4B} or {@code R5}. {@code --port=0} takes any free
 * port, {@code --data=} keeps everything in memory; it may also be a folder, or the URL of a
 * database of PostgreSQL. It stores, searches and keeps references whole as every HAPI server does;
 * it validates nothing.
 */
public final class HapiServer {
  public static void main(String[] args) throws Exception {
    List<String> with = Stream.of(args).filter(arg -> arg.startsWith("--with=")).toList();
    Thread parent =
        new Thread(
            with.isEmpty()
                ? HapiServer::exitAtEndOfInput
                : () -> exitWith(Long.parseLong(option(args, "--with="))),
            "parent");
    parent.setDaemon(true);
    parent.start();
    quietLogs();
    Tomcat tomcat = bind(Integer.parseInt(option(args, "--port=")));
    FhirContext context = fhirContext(FhirVersionEnum.forVersionString(option(args, "--fhir=")));
    AnnotationConfigApplicationContext jpa = jpa(context, option(args, "--data="));

    RestfulServer fhir = new RestfulServer(context);
    fhir.setInterceptorService(jpa.getBean(IInterceptorService.class));
    fhir.registerProviders(jpa.getBean(ResourceProviderFactory.class).createProviders());
    fhir.registerProvider(jpa.getBean(JpaSystemProvider.class));
    // Which searches include what from every other type makes most of a CapabilityStatement.
    ServerCapabilityStatementProvider statement = new ServerCapabilityStatementProvider(fhir);
    statement.setRestResourceRevIncludesEnabled(false);
    fhir.setServerConformanceProvider(statement);
    DatabaseBackedPagingProvider pages = jpa.getBean(DatabaseBackedPagingProvider.class);
    pages.setMaximumPageSize(1000);
    fhir.setPagingProvider(pages);
    var web = tomcat.addContext("", null);
    Wrapper servlet = Tomcat.addServlet(web, "fhir", fhir);
    servlet.setLoadOnStartup(1);
    servlet.addMapping("/fhir/*");
    tomcat.start();
    System.out.println("READY http://localhost:" + tomcat.getConnector().getLocalPort() + "/fhir");
    parent.join();
  }

  /** Nothing is left to close: what a request was answered for is already in the file. */
  private static void exitAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException e) {
      System.err.println("Standard input is broken: " + e);
    }
    Runtime.getRuntime().halt(0);
  }

  private static void exitWith(long process) {
    ProcessHandle.of(process).ifPresent(running -> running.onExit().join());
    Runtime.getRuntime().halt(0);
  }

  private static String option(String[] args, String name) {
    for (String arg : args) {
      if (arg.startsWith(name)) {
        return arg.substring(name.length());
      }
    }
    throw new IllegalArgumentException(
        "usage: HapiServer --fhir=<R4, R4B or R5> --port=<port or 0> --data=<dir, JDBC URL or"
            + " empty>");
  }

  private static void quietLogs() {
    Logger.getLogger("").setLevel(Level.OFF); // Tomcat's; everything else is on SLF4J
    String logger = "org.slf4j.simpleLogger.";
    System.setProperty(logger + "defaultLogLevel", "warn");
    // One warning per refused request; the client has the same text in its answer.
    System.setProperty(logger + "log.ca.uhn.fhir.rest.server.interceptor", "error");
    System.setProperty(logger + "log.org.hibernate.persister", "error");
    System.setProperty(logger + "log.org.springframework.context.support", "error");
  }

  /** Takes the port before the long start, so that a second server fails at once. */
  private static Tomcat bind(int port) throws LifecycleException {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setPort(port);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    tomcat.getConnector().setProperty("relaxedQueryChars", "|");
    tomcat.init();
    if (tomcat.getConnector().getLocalPort() < 0) { // Tomcat only logs why
      System.err.println("Port " + port + " is in use; give the FHIR server another one.");
      System.exit(2);
    }
    return tomcat;
  }

  private static FhirContext fhirContext(FhirVersionEnum version) {
    FhirContext context = FhirContext.forCached(version);
    FhirContextR4Config.configureFhirContext(context);
    context.setValidationSupport(new TypeNames(context));
    // Reading the model takes seconds; Hibernate starts meanwhile.
    Thread models =
        new Thread(
            () -> context.getResourceTypes().forEach(context::getResourceDefinition), "models");
    models.setDaemon(true);
    models.start();
    return context;
  }

  private static String jdbcUrl(String data) {
    if (data.isEmpty()) {
      return "jdbc:h2:mem:fhir";
    }
    // WRITE_DELAY=0: what was answered is in the file, even after kill -9.
    return data.startsWith("jdbc:")
        ? data
        : "jdbc:h2:file:" + Path.of(data).toAbsolutePath().resolve("fhir") + ";WRITE_DELAY=0";
  }

  private static AnnotationConfigApplicationContext jpa(FhirContext context, String data) {
    System.setProperty("scheduling_disabled", "true");
    JpaStorageSettings settings = new JpaStorageSettings();
    settings.setPreExpandValueSets(false);
    // Nothing reads this table, and its thousands of rows are written one by one after the start.
    settings.setWriteToSearchParamIdentityTable(false);
    // A search sees what was written a moment ago, not the answer of up to a minute before.
    settings.setReuseCachedSearchResultsForMillis(null);
    HikariDataSource database = new HikariDataSource();
    String url = jdbcUrl(data);
    database.setJdbcUrl(url);
    Class<?> dialect =
        url.startsWith("jdbc:h2:") ? HapiFhirH2Dialect.class : HapiFhirPostgresDialect.class;

    var jpa = new AnnotationConfigApplicationContext();
    jpa.getDefaultListableBeanFactory().setAutowireCandidateResolver(new LazyRepositories());
    jpa.registerBean(
        "primaryFhirContext", FhirContext.class, () -> context, bean -> bean.setPrimary(true));
    jpa.registerBean(
        "myDefaultProfileValidationSupport",
        IValidationSupport.class,
        context::getValidationSupport);
    jpa.registerBean(JpaStorageSettings.class, () -> settings);
    jpa.registerBean(PartitionSettings.class);
    jpa.registerBean(SubscriptionSettings.class);
    jpa.registerBean(DataSource.class, () -> database);
    jpa.registerBean(
        "entityManagerFactory",
        LocalContainerEntityManagerFactoryBean.class,
        () -> {
          var factory =
              HapiEntityManagerFactoryUtil.newEntityManagerFactory(
                  jpa.getBeanFactory(), context, settings);
          factory.setPersistenceUnitName("fhir");
          factory.setDataSource(database);
          factory.setJpaPropertyMap(
              Map.of(
                  "hibernate.dialect", dialect.getName(),
                  "hibernate.hbm2ddl.auto", "update",
                  "hibernate.search.enabled", "false"));
          return factory;
        });
    jpa.registerBean(
        "transactionManager",
        JpaTransactionManager.class,
        () -> new JpaTransactionManager(jpa.getBean(EntityManagerFactory.class)));
    jpa.register(
        switch (context.getVersion().getVersion()) {
          case R4 -> JpaR4Config.class;
          case R4B -> JpaR4BConfig.class;
          default -> JpaR5Config.class;
        },
        HapiJpaConfig.class,
        JpaBatch2Config.class,
        Batch2JobsConfig.class,
        ThreadPoolFactoryConfig.class,
        SubscriptionSubmitterConfig.class,
        SubscriptionChannelConfig.class);
    // What no request asks for (bulk export, subscriptions, ...) is never made.
    jpa.addBeanFactoryPostProcessor(
        beans -> {
          for (String name : beans.getBeanDefinitionNames()) {
            beans.getBeanDefinition(name).setLazyInit(true);
          }
        });
    jpa.refresh();
    return jpa;
  }

  /** Makes a repository, whose queries Hibernate parses one by one, when it is first used. */
  private static final class LazyRepositories extends ContextAnnotationAutowireCandidateResolver {
    @Override
    protected boolean isLazy(DependencyDescriptor descriptor) {
      return super.isLazy(descriptor)
          || Repository.class.isAssignableFrom(descriptor.getDependencyType());
    }
  }

  /**
   * The types of the version by name and base, taken from the model classes.
   *
   * <p>That is all that FHIRPath asks for when search parameters are read from a resource. HAPI's
   * default parses every profile and value set first: 16 s and 500 MB, for validation only.
   */
  private static final class TypeNames implements IValidationSupport {
    private static final String BASE = "http://hl7.org/fhir/StructureDefinition/";

    private final FhirContext context;
    private final String model;
    // Asked for with every search parameter of every resource; what is unknown is kept as well.
    private final Map<String, Optional<IBaseResource>> known = new ConcurrentHashMap<>();

    TypeNames(FhirContext context) {
      this.context = context;
      this.model =
          context.getResourceDefinition("Patient").getImplementingClass().getPackageName() + ".";
    }

    @Override
    public FhirContext getFhirContext() {
      return context;
    }

    @Override
    public <T extends IBaseResource> List<T> fetchAllStructureDefinitions() {
      return List.of();
    }

    @Override
    public IBaseResource fetchStructureDefinition(String url) {
      return known.computeIfAbsent(url, this::define).orElse(null);
    }

    private Optional<IBaseResource> define(String url) {
      String name = url.startsWith(BASE) ? url.substring(BASE.length()) : "";
      return modelClass(name)
          .map(
              type -> {
                boolean root = type.getSimpleName().matches("Resource|Element");
                String base =
                    root
                        ? ""
                        : ", \"baseDefinition\": \""
                            + BASE
                            + type.getSuperclass().getSimpleName()
                            + '"';
                return context
                    .newJsonParser()
                    .parseResource(
                        "{\"resourceType\": \"StructureDefinition\", \"url\": \"%s\", \"name\": \"%s\", \"type\": \"%s\"%s}"
                            .formatted(url, name, name, base));
              });
    }

    private Optional<Class<?>> modelClass(String name) {
      if (context.getResourceTypes().contains(name)) {
        return Optional.of(context.getResourceDefinition(name).getImplementingClass());
      }
      var datatype = context.getElementDefinition(name);
      if (datatype != null) {
        return Optional.of(datatype.getImplementingClass());
      }
      try {
        return Optional.of(Class.forName(model + name)); // DomainResource, ...
      } catch (ClassNotFoundException e) {
        return Optional.empty();
      }
    }
  }
}

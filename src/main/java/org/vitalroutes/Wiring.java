package org.vitalroutes;

import static java.nio.charset.StandardCharsets.UTF_8;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.interceptor.BasicAuthInterceptor;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.boot.autoconfigure.jackson.Jackson2ObjectMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.task.DelegatingSecurityContextAsyncTaskExecutor;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.TokenCipher;
import org.vitalroutes.breaker.Breakers;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.ServerBase;
import org.vitalroutes.fhir.deliver.FhirClients;
import org.vitalroutes.fhir.deliver.Transactions;
import org.vitalroutes.fhir.table.FieldTable;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.fhir.translate.ActivityTranslator;
import org.vitalroutes.fhir.translate.AmbiguousOwner;
import org.vitalroutes.fhir.translate.Details;
import org.vitalroutes.fhir.translate.Devices;
import org.vitalroutes.fhir.translate.EcgTranslator;
import org.vitalroutes.fhir.translate.ForeignData;
import org.vitalroutes.fhir.translate.MeasureTranslator;
import org.vitalroutes.fhir.translate.SleepTranslator;
import org.vitalroutes.fhir.translate.WorkoutTranslator;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.settings.FetchSettings;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.settings.MappingSettings;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Audit;
import org.vitalroutes.store.BacklogMetrics;
import org.vitalroutes.store.Budget;
import org.vitalroutes.store.DatabaseGuard;
import org.vitalroutes.store.DeadLetters;
import org.vitalroutes.store.Inbox;
import org.vitalroutes.store.KnownDevices;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.store.Outages;
import org.vitalroutes.store.Overview;
import org.vitalroutes.store.PersonalData;
import org.vitalroutes.store.RuntimeRole;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.tracing.Traces;
import org.vitalroutes.withings.WithingsProvider;
import org.vitalroutes.withings.WithingsSignature;

/** Makes the pure parts from the settings. */
@Configuration(proxyBeanMethods = false)
class Wiring {

  /** Connections to the FHIR server for reads of operators. */
  private static final int OPERATORS = 4;

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  WebhookSignature webhookSignature(WithingsSettings settings) {
    return new WebhookSignature(settings.webhookSecrets(), settings.signatureEncoding());
  }

  @Bean
  TokenCipher tokenCipher(@Value("${token-encryption-keyset}") String keyset) {
    return TokenCipher.of(keyset);
  }

  @Bean
  Traces traces(@Value("${traces-url}") String url) {
    return new Traces(url);
  }

  @Bean
  TransactionTemplate transactionTemplate(PlatformTransactionManager manager) {
    return new TransactionTemplate(manager);
  }

  /** The tables are changed by their owner, which the service itself need not be. */
  @Bean
  FlywayMigrationStrategy migration(
      @Value("${spring.datasource.username}") String role,
      @Value("${spring.datasource.password}") String password) {
    return flyway -> {
      flyway.migrate();
      RuntimeRole.prepare(flyway.getConfiguration().getDataSource(), role, password);
    };
  }

  @Bean
  Inbox inbox(HikariDataSource dataSource, JdbcClient jdbc) {
    DatabaseGuard.check(jdbc);
    return Inbox.beside(dataSource, jdbc);
  }

  @Bean
  SyncRequests syncRequests(JdbcClient jdbc, TransactionTemplate transaction) {
    return new SyncRequests(jdbc, transaction);
  }

  @Bean
  BacklogMetrics standing(
      JdbcTemplate template,
      WithingsSettings settings,
      Clock clock,
      @Value("classpath:sql/backlog-metrics.sql") Resource sql)
      throws IOException {
    return new BacklogMetrics(
        template, sql.getContentAsString(UTF_8), settings.requestsPerMinute(), clock);
  }

  @Bean
  Budget budget(JdbcClient jdbc, WithingsSettings settings) {
    return new Budget(jdbc, settings.requestsPerMinute());
  }

  @Bean
  Breakers breakers(@Value("${circuit-breaker.max-wait}") Duration maxWait, Clock clock) {
    return new Breakers(maxWait, clock, RandomGenerator.getDefault());
  }

  @Bean
  Outages outages(JdbcClient jdbc) {
    return new Outages(jdbc);
  }

  @Bean
  Audit audit(JdbcClient jdbc) {
    return new Audit(jdbc);
  }

  @Bean
  Accounts accounts(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      TokenCipher cipher,
      Audit audit,
      Clock clock) {
    return new Accounts(jdbc, transaction, cipher, audit, clock);
  }

  @Bean
  KnownDevices knownDevices(JdbcClient jdbc, TransactionTemplate transaction) {
    return new KnownDevices(jdbc, transaction);
  }

  @Bean
  Devices devices(FhirSettings settings) {
    return new Devices(new Identifiers(settings.namespace()));
  }

  @Bean
  DeadLetters deadLetters(JdbcClient jdbc, TransactionTemplate transaction, Audit audit) {
    return new DeadLetters(jdbc, transaction, audit);
  }

  @Bean
  Overview overview(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      Accounts accounts,
      SyncRequests requests,
      DeadLetters deadLetters,
      Budget budget,
      Audit audit) {
    return new Overview(jdbc, transaction, accounts, requests, deadLetters, budget, audit);
  }

  @Bean
  PersonalData personalData(JdbcClient jdbc, TransactionTemplate transaction, Audit audit) {
    return new PersonalData(jdbc, transaction, audit);
  }

  @Bean
  WithingsProvider withingsProvider(WithingsSettings settings) {
    return new WithingsProvider(settings.authorizeUrl(), settings.clientId(), settings.scopes());
  }

  @Bean
  WithingsSignature withingsSignature(WithingsSettings settings) {
    return new WithingsSignature(settings.clientId(), settings.clientSecret());
  }

  @Bean
  Ledger ledger(
      JdbcClient jdbc,
      JdbcTemplate template,
      TransactionTemplate transaction,
      SyncRequests requests) {
    return new Ledger(jdbc, template, transaction, requests);
  }

  @Bean
  MeasureTranslator measureTranslator(FhirSettings settings, MappingSettings mapping) {
    return new MeasureTranslator(
        MeasureTable.standard(), new Identifiers(settings.namespace()), ambiguousOwner(mapping));
  }

  @Bean
  ActivityTranslator activityTranslator(FhirSettings settings, MappingSettings mapping) {
    return new ActivityTranslator(
        FieldTable.activity(),
        FieldTable.intraday(),
        new Identifiers(settings.namespace()),
        foreignData(mapping),
        mapping.intraday());
  }

  @Bean
  WorkoutTranslator workoutTranslator(FhirSettings settings, MappingSettings mapping) {
    return new WorkoutTranslator(
        FieldTable.workouts(),
        new Identifiers(settings.namespace()),
        ambiguousOwner(mapping),
        foreignData(mapping));
  }

  private static ForeignData foreignData(MappingSettings mapping) {
    return ForeignData.valueOf(mapping.foreignData().toUpperCase(Locale.ROOT));
  }

  private static AmbiguousOwner ambiguousOwner(MappingSettings mapping) {
    return AmbiguousOwner.valueOf(mapping.ambiguousOwner().toUpperCase(Locale.ROOT));
  }

  @Bean
  SleepTranslator sleepTranslator(FhirSettings settings, MappingSettings mapping) {
    return new SleepTranslator(
        FieldTable.sleep(),
        FieldTable.sleepStages(),
        new Identifiers(settings.namespace()),
        mapping.sleepStages());
  }

  @Bean
  EcgTranslator ecgTranslator(FhirSettings settings, MappingSettings mapping) {
    return new EcgTranslator(
        MeasureTable.standard(), new Identifiers(settings.namespace()), mapping.ecgWaveform());
  }

  @Bean
  Details details(ActivityTranslator activity, SleepTranslator sleep, EcgTranslator ecg) {
    return new Details(activity, sleep, ecg);
  }

  @Bean
  Transactions transactions(FhirSettings settings) {
    return new Transactions(new ServerBase(settings.serverUrl()), settings.bundleSize());
  }

  @Bean
  FhirContext fhirContext(FetchSettings settings) {
    // Nothing of ours waits for a connection: how much is sent at once is decided where it is
    // claimed.
    return FhirClients.context(settings.workers() + OPERATORS);
  }

  /**
   * The client that camel-fhir uses. Given to the endpoint as an option, the access token would
   * stand in its exceptions.
   */
  @Bean
  IGenericClient fhirClient(FhirContext context, FhirSettings settings) {
    IGenericClient client = FhirClients.client(context, settings.serverUrl());
    if (!settings.bearerToken().isEmpty()) {
      client.registerInterceptor(new BearerTokenAuthInterceptor(settings.bearerToken()));
    } else if (!settings.username().isEmpty()) {
      client.registerInterceptor(
          new BasicAuthInterceptor(settings.username(), settings.password()));
    }
    return client;
  }

  /** Decimals stay what Withings sent, to the digit. */
  @Bean
  Jackson2ObjectMapperBuilderCustomizer exactDecimals() {
    return builder ->
        builder
            .featuresToEnable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .postConfigurer(
                mapper ->
                    mapper.configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false));
  }

  /** Answers the API; the queue is short, as nobody waits for long. */
  @Bean
  ThreadPoolTaskExecutor applicationTaskExecutor(
      @Value("${http.threads}") int threads, @Value("${http.queue}") int queue) {
    ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
    executor.setThreadNamePrefix("http-");
    executor.setCorePoolSize(threads);
    executor.setMaxPoolSize(threads);
    executor.setQueueCapacity(queue);
    executor.setWaitForTasksToCompleteOnShutdown(true);
    executor.setAwaitTerminationSeconds(20);
    return executor;
  }

  /** What platform-http uses: the caller's identity goes along. */
  @Bean
  DelegatingSecurityContextAsyncTaskExecutor securityContextExecutor(
      ThreadPoolTaskExecutor applicationTaskExecutor) {
    return new DelegatingSecurityContextAsyncTaskExecutor(applicationTaskExecutor);
  }
}

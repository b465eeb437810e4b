package org.vitalroutes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.ErasureList;
import org.vitalroutes.accounts.TokenCipher;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.settings.EventSettings;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.store.AccountSubscriptions;
import org.vitalroutes.store.AccountTokens;
import org.vitalroutes.store.AccountViews;
import org.vitalroutes.store.AccountZones;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Audit;
import org.vitalroutes.store.BacklogMetrics;
import org.vitalroutes.store.Budget;
import org.vitalroutes.store.CallerBounds;
import org.vitalroutes.store.ConnectLinks;
import org.vitalroutes.store.DatabaseGuard;
import org.vitalroutes.store.DeadLetters;
import org.vitalroutes.store.ErasureReplay;
import org.vitalroutes.store.Events;
import org.vitalroutes.store.Inbox;
import org.vitalroutes.store.KnownDevices;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.store.OAuthStates;
import org.vitalroutes.store.Outages;
import org.vitalroutes.store.Overview;
import org.vitalroutes.store.OwnCallbacks;
import org.vitalroutes.store.PersonalData;
import org.vitalroutes.store.Rechecks;
import org.vitalroutes.store.Redelivery;
import org.vitalroutes.store.RuntimeRole;
import org.vitalroutes.store.StageCounts;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.store.UnconfirmedGrants;
import org.vitalroutes.store.UnlinkReports;

/** The stores, and the migration of their schema. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

  /** Before the first connection is opened. */
  @Bean
  static BeanPostProcessor databaseGuard() {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof HikariDataSource pool) {
          DatabaseGuard.guard(pool);
        }
        return bean;
      }
    };
  }

  @Bean
  TransactionTemplate transactionTemplate(PlatformTransactionManager manager) {
    return new TransactionTemplate(manager);
  }

  /** Migrates as the owner of the tables, then grants the role that the service runs as. */
  @Bean
  FlywayMigrationStrategy migration(
      @Value("${spring.datasource.username}") String role,
      @Value("${spring.datasource.password}") String password) {
    return flyway -> {
      try {
        DatabaseGuard.requireOwnStatements(flyway.getConfiguration().getDataSource());
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
      flyway.migrate();
      RuntimeRole.prepare(flyway.getConfiguration().getDataSource(), role, password);
    };
  }

  @Bean
  Inbox inbox(HikariDataSource dataSource, JdbcClient jdbc) {
    return Inbox.beside(dataSource, jdbc);
  }

  @Bean
  SyncRequests syncRequests(JdbcClient jdbc, TransactionTemplate transaction) {
    return new SyncRequests(jdbc, transaction);
  }

  @Bean
  OwnCallbacks ownCallbacks(JdbcClient jdbc) {
    return new OwnCallbacks(jdbc);
  }

  @Bean
  UnlinkReports unlinkReports(JdbcClient jdbc) {
    return new UnlinkReports(jdbc);
  }

  @Bean
  Rechecks rechecks(JdbcClient jdbc, TransactionTemplate transaction) {
    return new Rechecks(jdbc, transaction);
  }

  @Bean
  AccountZones accountZones(JdbcClient jdbc) {
    return new AccountZones(jdbc);
  }

  @Bean
  BacklogMetrics backlogMetrics(
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
      AccountTokens accountTokens,
      Audit audit,
      ErasureList erasures) {
    return new Accounts(jdbc, transaction, accountTokens, audit, erasures);
  }

  @Bean
  ErasureList erasureList(@Value("${erasure-list}") String path) {
    return ErasureList.of(path);
  }

  /** Before any route starts. */
  @Bean(initMethod = "run")
  ErasureReplay erasureReplay(
      JdbcClient jdbc, Accounts accounts, PersonalData data, ErasureList erasures) {
    return new ErasureReplay(jdbc, accounts, data, erasures);
  }

  @Bean
  AccountTokens accountTokens(
      JdbcClient jdbc, TransactionTemplate transaction, TokenCipher cipher, Audit audit) {
    return new AccountTokens(jdbc, transaction, cipher, audit);
  }

  @Bean
  AccountSubscriptions accountSubscriptions(
      JdbcClient jdbc,
      @Value("${subscription-check-every}") String every,
      @Value("${subscription-check.batch-size}") int batchSize) {
    return new AccountSubscriptions(jdbc, every, batchSize);
  }

  @Bean
  AccountViews accountViews(JdbcClient jdbc, AccountSubscriptions subscriptions, Clock clock) {
    return new AccountViews(jdbc, subscriptions, clock);
  }

  @Bean
  UnconfirmedGrants unconfirmedGrants(JdbcClient jdbc, TokenCipher cipher) {
    return new UnconfirmedGrants(jdbc, cipher);
  }

  @Bean
  CallerBounds callerBounds(JdbcClient jdbc, TransactionTemplate transaction) {
    return new CallerBounds(jdbc, transaction);
  }

  @Bean
  ConnectLinks connectLinks(JdbcClient jdbc, TransactionTemplate transaction, Audit audit) {
    return new ConnectLinks(jdbc, transaction, audit);
  }

  @Bean
  OAuthStates oauthStates(JdbcClient jdbc) {
    return new OAuthStates(jdbc);
  }

  @Bean
  KnownDevices knownDevices(JdbcClient jdbc, TransactionTemplate transaction) {
    return new KnownDevices(jdbc, transaction);
  }

  @Bean
  DeadLetters deadLetters(JdbcClient jdbc, TransactionTemplate transaction, Audit audit) {
    return new DeadLetters(jdbc, transaction, audit);
  }

  /** From this start on events are written for the sinks that are set. */
  @Bean
  Events events(
      JdbcClient jdbc, TransactionTemplate transaction, Audit audit, EventSettings settings) {
    Events events = new Events(jdbc, transaction, audit);
    events.start(settings.sinks());
    return events;
  }

  @Bean
  Overview overview(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      Accounts accounts,
      AccountViews accountViews,
      SyncRequests requests,
      DeadLetters deadLetters,
      Redelivery redelivery,
      Budget budget,
      Events events,
      Audit audit,
      WebhookSignature signature) {
    return new Overview(
        jdbc,
        transaction,
        accounts,
        accountViews,
        requests,
        deadLetters,
        redelivery,
        budget,
        events,
        audit,
        signature::markOf);
  }

  @Bean
  StageCounts stageCounts(JdbcClient jdbc, TransactionTemplate transaction) {
    return new StageCounts(jdbc, transaction);
  }

  @Bean
  Redelivery redelivery(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      Audit audit,
      @Value("${ledger-audit.size}") int sampleSize) {
    return new Redelivery(jdbc, transaction, audit, sampleSize);
  }

  @Bean
  PersonalData personalData(
      DataSource dataSource,
      JdbcClient jdbc,
      TransactionTemplate transaction,
      Audit audit,
      ErasureList erasures) {
    return new PersonalData(dataSource, jdbc, transaction, audit, erasures);
  }

  @Bean
  Ledger ledger(
      JdbcClient jdbc,
      JdbcTemplate template,
      TransactionTemplate transaction,
      SyncRequests requests,
      @Value("${fhir.longest-write}") Duration longestWrite,
      FhirSettings settings) {
    return new Ledger(jdbc, template, transaction, requests, longestWrite, settings.bmi());
  }
}

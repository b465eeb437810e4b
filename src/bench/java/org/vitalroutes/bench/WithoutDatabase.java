package org.vitalroutes.bench;

import java.util.concurrent.atomic.LongAdder;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.vitalroutes.Application;
import org.vitalroutes.store.Inbox.Arrival;

/**
 * Vitalroutes whose webhook endpoint does not store: the cost of HTTP, filters and routes alone. A
 * test configuration, so that the application does not pick it up.
 */
@TestConfiguration(proxyBeanMethods = false)
public class WithoutDatabase {

  public static void main(String[] args) {
    SpringApplication application = new SpringApplication(Application.class, WithoutDatabase.class);
    application.setAllowBeanDefinitionOverriding(true);
    application.run(args);
  }

  /** Instead of the step that stores. */
  @Bean
  Forget inboxNotifications() {
    return new Forget();
  }

  /** Stores nothing. */
  public static final class Forget {

    private final LongAdder taken = new LongAdder();

    public void store(Arrival arrival) {
      taken.add(arrival.body().length);
    }

    /** Named by the route of a Kafka inbox, which this is not. */
    public void toRecord() {
      throw new UnsupportedOperationException();
    }

    /** Named by the route of a Kafka inbox. */
    public void acknowledged() {
      throw new UnsupportedOperationException();
    }

    /** Named by the route of a Kafka inbox. */
    public void refuse() {
      throw new UnsupportedOperationException();
    }
  }
}

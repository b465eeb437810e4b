package org.vitalroutes.bench;

import java.time.Instant;
import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.vitalroutes.Application;
import org.vitalroutes.notification.Notification;

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

  @Bean
  Forget storeNotification() {
    return new Forget();
  }

  /** Parses a notification as the real step does, without storing it. */
  public static final class Forget {

    @Handler
    public void store(byte[] body, @Header("userid") String signedUserId) {
      if (!Notification.parse(body, Instant.now()).isAbout(signedUserId)) {
        throw new IllegalStateException();
      }
    }
  }
}

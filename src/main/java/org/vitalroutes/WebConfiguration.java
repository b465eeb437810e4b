package org.vitalroutes;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.task.DelegatingSecurityContextAsyncTaskExecutor;

/** The threads that answer HTTP calls. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration {

  /** Threads that answer the API; the queue is short, as callers do not wait for long. */
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

  /** The executor of platform-http; carries the caller's identity to its threads. */
  @Bean
  DelegatingSecurityContextAsyncTaskExecutor securityContextExecutor(
      ThreadPoolTaskExecutor applicationTaskExecutor) {
    return new DelegatingSecurityContextAsyncTaskExecutor(applicationTaskExecutor);
  }
}

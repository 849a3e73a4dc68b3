# A stand-in for the official nginx image: Debian's, in the foreground, configured as the official one.
ARG BASE
FROM ${BASE}
# As the official image: what is mounted into conf.d is the whole of it, and nothing needs root.
RUN printf 'pid /tmp/nginx.pid;\nevents { worker_connections 4096; }\nhttp { include /etc/nginx/mime.types; access_log off; client_body_temp_path /tmp/body; proxy_temp_path /tmp/proxy; fastcgi_temp_path /tmp/fastcgi; uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi; error_log stderr; include /etc/nginx/conf.d/*.conf; }\n' > /etc/nginx/nginx.conf
USER 1000:1000
CMD ["nginx", "-g", "daemon off;"]

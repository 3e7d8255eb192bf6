/** A dump as `nginx -T` writes it: each file apart, the main one first. */
export const dump = (files: Readonly<Record<string, string>>): string =>
  Object.entries(files)
    .map(([path, text]) => `# configuration file ${path}:\n${text}\n`)
    .join('\n');

/** nginx.conf as Debian ships it, shortened to what it means. */
export const debianMain = `user www-data;
worker_processes auto;
include /etc/nginx/modules-enabled/*.conf;
events {
	worker_connections 768;
	# multi_accept on;
}
http {
	sendfile on;
	include /etc/nginx/mime.types;
	access_log /var/log/nginx/access.log;
	log_format json escape=json '{"a":"$b;{}", "it\\'s":"#$c"}';
	gzip on;
	include /etc/nginx/conf.d/*.conf;
	include /etc/nginx/sites-enabled/*;
}
`;

export const debianDefault = `server {
	listen 80 default_server;
	listen [::]:80 default_server;
	root /var/www/html;
	server_name _;
	location / {
		try_files $uri $uri/ =404;
	}
}
`;

export const stockDebian = dump({
  '/etc/nginx/nginx.conf': debianMain,
  '/etc/nginx/mime.types': 'types {\n    text/html html htm;\n}\n',
  '/etc/nginx/sites-enabled/default': debianDefault,
});

/** Red Hat and Amazon Linux keep the default server in nginx.conf itself. */
export const stockRedHat = dump({
  '/etc/nginx/nginx.conf': `http {
    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status "$http_referer"';
    access_log  /var/log/nginx/access.log  main;
    include             /etc/nginx/mime.types;
    include /etc/nginx/conf.d/*.conf;
    server {
        listen       80;
        listen       [::]:80;
        server_name  _;
        include /etc/nginx/default.d/*.conf;
        error_page 404 /404.html;
        location = /404.html {
        }
    }
}
`,
});
